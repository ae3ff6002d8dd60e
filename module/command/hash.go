// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/bcrypt"

	"github.com/passgate/passgate/module"
	"github.com/passgate/passgate/module/prompt"
	"github.com/passgate/passgate/module/voucher"
	"github.com/passgate/passgate/policy"
)

// hashCost is bcrypt's cost: the one Elasticsearch up to 8.6 accepts by default.
// A policy that opens bcrypt from a higher one raises it.
const hashCost = 10

// costFor is the cost that was asked for, or the one that suits the policy.
func costFor(p *policy.Policy, asked int) (int, error) {
	least, open := p.LeastCost("bcrypt")
	switch {
	case asked == 0:
		return max(hashCost, least), nil
	case open && asked < least:
		return 0, fmt.Errorf("expected a cost of at least %d, which policy %s asks for (allow_hash bcrypt), found %d; leave --cost out or raise it", least, p.Name(), asked)
	}
	return asked, nil
}

func hashCommand() *cobra.Command {
	var from source
	var about subject
	var stdin bool
	var cost int
	var lifetime time.Duration
	cmd := &cobra.Command{
		Use:   "hash --for USER {--config FILE [--policy NAME] | --preset NAME} [--by ACTOR] [--stdin]",
		Short: "Judges a password and prints its hash with a voucher",
		Long: `For automation that can only send hashes. The password is read from a hidden
prompt or standard input and judged. If it is allowed, its bcrypt hash is printed,
and a voucher is kept in Caddy's data directory, where the gateway looks: it then
accepts exactly this hash for exactly this user, as long as the voucher and the
policy last. Where the policy depends on more than the user's name, say how the
hash will be sent: --by, --role, --cluster, --operation, --on.

Exit codes: 0 printed, 1 rejected, 2 it can't be told.`,
		Args: prompt.NoArgs,
	}
	from.flags(cmd)
	about.flags(cmd, "for")
	cmd.Flags().BoolVar(&stdin, "stdin", false, "read the password from standard input")
	cmd.Flags().IntVar(&cost, "cost", 0, "cost of the bcrypt hash (default: 10, or what the policy's allow_hash asks for)")
	cmd.Flags().DurationVar(&lifetime, "lifetime", voucher.Lifetime, "how long the voucher is good")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		status, err := hash(cmd, &from, &about, stdin, cost, lifetime)
		if err != nil {
			fmt.Fprintln(cmd.ErrOrStderr(), "passgate policy hash:", err)
		}
		exit(status)
		return nil
	}
	return cmd
}

func hash(cmd *cobra.Command, from *source, about *subject, stdin bool, cost int, lifetime time.Duration) (int, error) {
	if about.Target == "" {
		return exitUnknown, errors.New("expected --for USER")
	}
	p, err := from.load(about)
	if err != nil {
		return exitUnknown, err
	}
	if cost, err = costFor(p, cost); err != nil {
		return exitUnknown, err
	}
	password, err := prompt.Password(cmd.InOrStdin(), cmd.ErrOrStderr(), stdin)
	if err != nil {
		return exitUnknown, err
	}
	change := policy.Change{Username: about.Target, Password: password, Time: time.Now()}
	violations, err := judge(p, change)
	if err != nil {
		return exitUnknown, err
	}
	for _, v := range violations {
		if !v.Monitor {
			return report(cmd.ErrOrStderr(), p, change, violations), nil
		}
	}
	if len(password) > 72 {
		return exitReject, errors.New("expected at most 72 bytes, which is all that bcrypt looks at, found more")
	}
	text, err := bcrypt.GenerateFromPassword([]byte(password), cost)
	if err != nil {
		return exitUnknown, fmt.Errorf("hashing: %w", err)
	}
	if err := (voucher.Book{Dir: module.VoucherDir()}).Issue(about.Target, string(text), p.Digest(), lifetime); err != nil {
		return exitUnknown, err
	}
	fmt.Fprintln(cmd.OutOrStdout(), string(text))
	return exitAllow, nil
}
