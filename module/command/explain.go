// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module"
	"github.com/passgate/passgate/policy"
)

func explainCommand() *cobra.Command {
	var config string
	var about subject
	cmd := &cobra.Command{
		Use:   "explain --config FILE --user NAME [--by ACTOR]",
		Short: "Says which policy judges a user's password, and why",
		Long: `Goes through the policies of a configuration in their order, says why each is
meant for the user or not, and prints the one that judges with every rule and the
clause it comes from.`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().StringVar(&config, "config", "", "a Caddyfile, or a configuration in JSON")
	about.flags(cmd, "user")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if config == "" || about.Target == "" {
			return errors.New("expected --config FILE and --user NAME")
		}
		change, err := about.change()
		if err != nil {
			return err
		}
		return explain(cmd.OutOrStdout(), config, change)
	}
	return cmd
}

func explain(w io.Writer, config string, subject policy.Subject) error {
	policies, err := policiesOf(config)
	if err != nil {
		return err
	}
	var judge *policy.Policy
	for _, p := range policies {
		mark := " "
		if judge == nil && p.Matches(subject) {
			judge, mark = p, "*"
		}
		fmt.Fprintf(w, "%s %s: %s\n", mark, p.Name(), p.Explain(subject))
	}
	if judge == nil {
		fmt.Fprintf(w, "* no policy matches, so the preset %s judges\n", module.DefaultPreset)
		if judge, err = policy.New(module.DefaultPreset, []policy.Statement{{Name: "preset", Args: []string{module.DefaultPreset}}}); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "\n%s\n", judge.Text())
	for _, warning := range judge.Warnings() {
		fmt.Fprintf(w, "warning: %s\n", warning)
	}
	return nil
}
