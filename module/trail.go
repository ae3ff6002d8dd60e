// SPDX-License-Identifier: Apache-2.0

package module

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"sync/atomic"

	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap"

	"github.com/passgate/passgate/module/audit"
)

// trails outlive reloads: a new configuration starts before the old one stops,
// and two writers of one directory would spoil the order of its records.
var trails = caddy.NewUsagePool()

// trail is an open trail in the pool. Each record and checkpoint also goes to
// Caddy's log, for those who ship logs; the directory stays the authority.
type trail struct {
	*audit.Trail
	logger atomic.Pointer[zap.Logger] // of the newest configuration
}

// Destruct implements caddy.Destructor.
func (t *trail) Destruct() error { return t.Close() }

// openTrail takes a reference to the trail in dir, opening it if need be.
// Each must be given back with closeTrail.
func openTrail(dir string) (*trail, error) {
	value, _, err := trails.LoadOrNew(dir, func() (caddy.Destructor, error) {
		t := new(trail)
		opened, err := audit.Open(dir, audit.Options{
			Version: version(), OnRecord: t.copyRecord, OnCheckpoint: t.copyCheckpoint, OnHealth: t.tellHealth,
		})
		t.Trail = opened
		return t, err
	})
	if err != nil {
		return nil, notOpened(err)
	}
	return value.(*trail), nil
}

// notOpened adds what to do where the directory is to blame. Other errors say it.
func notOpened(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) && (at.Op == "mkdir" || errors.Is(err, fs.ErrPermission)) {
		return fmt.Errorf("audit: %w; let the gateway's user write there, or name another directory with the option audit", err)
	}
	return fmt.Errorf("audit: %w", err)
}

func closeTrail(dir string) error {
	_, err := trails.Delete(dir)
	return err
}

func (t *trail) log() *zap.Logger {
	if logger := t.logger.Load(); logger != nil {
		return logger
	}
	return zap.NewNop()
}

func (t *trail) copyRecord(line []byte) {
	t.log().Info("record", zap.Any("record", json.RawMessage(line)))
}

// copyCheckpoint puts a checkpoint where the trail's own host can't rewrite it,
// if the log is shipped.
func (t *trail) copyCheckpoint(signed []byte) {
	t.log().Info("checkpoint", zap.ByteString("checkpoint", signed))
}

func (t *trail) tellHealth(h audit.Health) {
	switch {
	case h.Err != nil:
		t.log().Error("the audit trail can't record; changes are denied", zap.Error(h.Err))
	case len(h.Warnings) > 0:
		t.log().Warn("the audit trail needs attention", zap.Strings("warnings", h.Warnings))
	default:
		t.log().Info("the audit trail records")
	}
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
