// SPDX-License-Identifier: Apache-2.0

package module

import (
	"fmt"
	"runtime/debug"

	"github.com/caddyserver/caddy/v2"

	"github.com/passgate/passgate/module/audit"
)

// trails outlive reloads: a new configuration starts before the old one stops,
// and two writers of one directory would spoil the order of its records.
var trails = caddy.NewUsagePool()

// trail is an open trail in the pool.
type trail struct{ *audit.Trail }

// Destruct implements caddy.Destructor.
func (t *trail) Destruct() error { return t.Close() }

// openTrail takes a reference to the trail in dir, opening it if need be.
// Each must be given back with closeTrail.
func openTrail(dir string) (*trail, error) {
	value, _, err := trails.LoadOrNew(dir, func() (caddy.Destructor, error) {
		t, err := audit.Open(dir, audit.Options{Version: version()})
		if err != nil {
			return nil, err
		}
		return &trail{t}, nil
	})
	if err != nil {
		return nil, fmt.Errorf("opening the audit trail in %s: %w", dir, err)
	}
	return value.(*trail), nil
}

func closeTrail(dir string) error {
	_, err := trails.Delete(dir)
	return err
}

// version is the gateway's own, as the build knows it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if m.Path == "github.com/passgate/passgate" && m.Version != "" {
			return m.Version
		}
	}
	return "unknown"
}
