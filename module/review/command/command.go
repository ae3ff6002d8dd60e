// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/caddyserver/caddy/v2"
	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/audit/command"
	"github.com/passgate/passgate/module/audit/proof"
	"github.com/passgate/passgate/module/review"
)

// Commands returns the commands, for a parent to take them in.
func Commands() []*cobra.Command {
	all := []*cobra.Command{
		queryCommand(), tailCommand(), statsCommand(), reportCommand(), sampleCommand(), rolloutCommand(), anomaliesCommand(), ackCommand(),
	}
	for _, c := range all {
		exits(c)
	}
	return all
}

// place is where the trail is, and where columns of it may be kept.
type place struct {
	dir   string
	cache string
}

func (p *place) flags(c *cobra.Command) {
	c.Flags().StringVar(&p.dir, "dir", defaultDir(), "the trail's directory")
	c.Flags().StringVar(&p.cache, "cache", defaultCache(), "directory for an index of sealed segments, to answer quicker next time; empty: none")
}

// defaultDir is where the gateway keeps the trail unless told otherwise.
func defaultDir() string { return filepath.Join(caddy.AppDataDir(), "passgate", "audit") }

func defaultCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "passgate", "columns")
}

// view opens the trail and tells a waiting person how far it is.
func (p *place) view(c *cobra.Command) (*review.View, error) {
	bar := newProgress(c.ErrOrStderr())
	v, err := review.Open(c.Context(), p.dir, review.Options{Cache: p.cache, Progress: bar.tell})
	bar.done()
	return v, err
}

// exits gives a command the exit codes of its siblings in audit/command: 3
// when it has no answer, because 1 and 2 are verdicts about the trail.
func exits(c *cobra.Command) {
	c.SilenceErrors, c.SilenceUsage, c.DisableFlagsInUseLine = true, true, true
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return failed(c, fmt.Errorf("%w; see %s --help", err, c.CommandPath()))
	})
	run := c.RunE
	c.Args = cobra.ArbitraryArgs
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return failed(c, fmt.Errorf("expected no argument, found %q; patterns with * need quotes", args[0]))
		}
		if err := run(c, args); err != nil {
			return failed(c, err)
		}
		return nil
	}
}

func failed(c *cobra.Command, err error) error {
	var exit *command.ExitError
	if errors.As(err, &exit) {
		return err
	}
	fmt.Fprintln(c.ErrOrStderr(), "Error:", err)
	return &command.ExitError{Code: proof.ExitUnchecked, Err: err}
}
