// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	list "github.com/passgate/passgate/policy/breach"
)

func buildCommand() *cobra.Command {
	var o list.Options
	var format string
	var ignoreCase bool
	cmd := &cobra.Command{
		Use:   "build --out FILE INPUT...",
		Short: "Makes a list of breached passwords",
		Long: `Makes a list from Have I Been Pwned's SHA-1 file ordered by hash, from a folder
of its range files, from plain words, or from several of these.

Memory stays below 64 MB. Words are sorted on disk, beside the list. If the
build is interrupted, the same command goes on; the list appears under its name
when it is complete, and a running gateway takes it over.`,
		Example: "  passgate breach build --out breached.pgb pwned-passwords-sha1-ordered-by-hash.txt\n" +
			"  passgate breach build --out breached.pgb ranges/ our-own-words.txt",
		Args: cobra.MinimumNArgs(1),
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Out, "out", "", "file to write (required)")
	flags.StringVar(&format, "format", "auto", "what the inputs are: auto, ordered, unordered, ranges or words")
	flags.Uint32Var(&o.MinCount, "min-count", 0, "leave out passwords seen less often; words always count")
	flags.BoolVar(&o.Counts, "counts", false, "keep how often each was seen, for policies with a min_count (one byte more each)")
	flags.IntVar(&o.SuffixBytes, "suffix-bytes", 6, "bytes kept of each hash after its first 20 bits; 18 for all")
	flags.BoolVar(&ignoreCase, "ignore-case", false, "list words in any case (only for words)")
	flags.BoolVar(&o.AllowMissing, "allow-missing", false, "accept a folder without all its ranges")
	flags.StringVar(&o.Source, "source", "", "where the passwords come from, for stats (default: the inputs' names)")
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if o.Out == "" {
			return failed(cmd, exitUnknown, errors.New("expected --out with the file to write"))
		}
		if o.Format, err = list.ParseFormat(format); err != nil {
			return failed(cmd, exitFailed, err)
		}
		if ignoreCase {
			o.Hashing = list.IgnoringCase
		}
		o.Inputs = args
		return build(cmd, o)
	}
	return quiet(cmd)
}

func build(cmd *cobra.Command, o list.Options) error {
	ctx, stop := signal.NotifyContext(contextOf(cmd), os.Interrupt, syscall.SIGTERM)
	defer stop()
	bar := newBar(cmd.ErrOrStderr())
	o.Progress = bar.show
	outcome, err := list.Build(ctx, o)
	bar.clear()
	if errors.Is(err, context.Canceled) {
		return failed(cmd, exitFailed, errors.New("interrupted; the same command goes on from the last checkpoint"))
	}
	if err != nil {
		return failed(cmd, exitFailed, err)
	}
	describe(cmd.OutOrStdout(), o.Out, outcome)
	return nil
}

func contextOf(cmd *cobra.Command) context.Context {
	if ctx := cmd.Context(); ctx != nil {
		return ctx
	}
	return context.Background()
}

func describe(w io.Writer, path string, outcome list.Outcome) {
	h := outcome.Header
	fmt.Fprintf(w, "%s: %d passwords, %d bytes\n", path, h.Keys, h.Size())
	if outcome.Dropped > 0 {
		fmt.Fprintf(w, "%d left out: seen less often than asked for\n", outcome.Dropped)
	}
	if outcome.Resumed {
		fmt.Fprintln(w, "went on with an interrupted build")
	}
}
