// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/prompt"
	"github.com/passgate/passgate/policy"
)

func checkCommand() *cobra.Command {
	var from source
	var about subject
	var email, fullName string
	var stdin bool
	cmd := &cobra.Command{
		Use:   "check {--preset NAME | --config FILE [--policy NAME]} [--user NAME] [--by ACTOR] [--stdin]",
		Short: "Judges a password as the gateway would",
		Long: `Reads a password from a hidden prompt, or the first line of standard input, and
says whether the policy allows it, with every reason at once. Rules that need to
know former passwords are not judged here.

Exit codes: 0 allowed, 1 rejected, 2 it can't be told.`,
		Args: prompt.NoArgs,
	}
	from.flags(cmd)
	about.flags(cmd, "user")
	cmd.Flags().StringVar(&fullName, "full-name", "", "the user's full name")
	cmd.Flags().StringVar(&email, "email", "", "the user's e-mail address")
	cmd.Flags().BoolVar(&stdin, "stdin", false, "read the password from standard input")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		exit(check(cmd, &from, &about, policy.Change{Username: about.Target, FullName: fullName, Email: email, Time: time.Now()}, stdin))
		return nil
	}
	return cmd
}

func check(cmd *cobra.Command, from *source, about *subject, change policy.Change, stdin bool) int {
	p, err := from.load(about)
	if err == nil {
		change.Password, err = prompt.Password(cmd.InOrStdin(), cmd.ErrOrStderr(), stdin)
	}
	if err != nil {
		fmt.Fprintln(cmd.ErrOrStderr(), "passgate policy check:", err)
		return exitUnknown
	}
	violations, err := judge(p, change)
	if err != nil {
		fmt.Fprintln(cmd.ErrOrStderr(), "passgate policy check:", err)
		return exitUnknown
	}
	return report(cmd.OutOrStdout(), p, change, violations)
}

// report prints verdict and reasons, never the password.
func report(w io.Writer, p *policy.Policy, change policy.Change, violations []policy.Violation) int {
	status, verdict := exitAllow, "allowed"
	for _, v := range violations {
		if !v.Monitor {
			status, verdict = exitReject, "rejected"
		}
	}
	fmt.Fprintf(w, "%s by policy %s\n", verdict, p.Name())
	for _, v := range violations {
		note := ""
		if v.Monitor {
			note = " (only rehearsed)"
		}
		fmt.Fprintf(w, "  - %s [%s]%s\n", v.Message, v.Rule, note)
		if v.Clause != "" {
			fmt.Fprintf(w, "    %s\n", v.Clause)
		}
	}
	if status == exitReject {
		for _, advice := range p.Advice(change) {
			fmt.Fprintf(w, "  %s\n", advice)
		}
		if p.Help() != "" {
			fmt.Fprintf(w, "  More about this: %s\n", p.Help())
		}
	}
	return status
}
