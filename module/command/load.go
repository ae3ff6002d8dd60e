// SPDX-License-Identifier: Apache-2.0

package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module"
	"github.com/passgate/passgate/policy"
)

// source says where a command takes its policy from.
type source struct{ preset, config, policy string }

func (s *source) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.preset, "preset", "", "name of a preset, see passgate policy presets")
	cmd.Flags().StringVar(&s.config, "config", "", "a Caddyfile, or a configuration in JSON (.json)")
	cmd.Flags().StringVar(&s.policy, "policy", "", "name of a policy in the configuration (default: the one meant for the user)")
}

// load returns the policy for a subject.
func (s *source) load(about *subject) (*policy.Policy, error) {
	change, err := about.change()
	if err != nil {
		return nil, err
	}
	if (s.preset == "") == (s.config == "") {
		return nil, errors.New("expected either --preset NAME or --config FILE")
	}
	if s.preset != "" {
		return policy.New(s.preset, []policy.Statement{{Name: "preset", Args: []string{s.preset}}})
	}
	policies, err := policiesOf(s.config)
	if err != nil {
		return nil, err
	}
	for _, p := range policies {
		if s.policy == p.Name() || s.policy == "" && p.Matches(change) {
			return p, nil
		}
	}
	if s.policy != "" {
		return nil, fmt.Errorf("expected a policy of %s, found %q; the names are in its password_policy block", s.config, s.policy)
	}
	return policy.New(module.DefaultPreset, []policy.Statement{{Name: "preset", Args: []string{module.DefaultPreset}}})
}

// policiesOf compiles the policies of a configuration without running it.
func policiesOf(file string) ([]*policy.Policy, error) {
	app, err := appOf(file)
	if err != nil {
		return nil, err
	}
	return app.Compile()
}

// appOf reads the password_policy app of a configuration.
func appOf(file string) (*module.App, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	if !json.Valid(data) {
		if data, _, err = caddyconfig.GetAdapter("caddyfile").Adapt(data, map[string]any{"filename": file}); err != nil {
			return nil, err
		}
	}
	var config struct {
		Apps struct {
			Policy module.App `json:"password_policy"`
		} `json:"apps"`
	}
	if err := json.Unmarshal(data, &config); err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	return &config.Apps.Policy, nil
}
