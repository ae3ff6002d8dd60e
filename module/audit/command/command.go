// SPDX-License-Identifier: Apache-2.0

// Package command holds the commands below `passgate audit` that keep and
// check a trail. They read with the proof package, and have what writes done
// by the running gateway, or by themselves when none runs.
//
// A command prints its own errors and ends in an [ExitError] where the exit
// code isn't 0: 1 tampered or refuted, 2 incomplete, 3 could not check.
package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/audit/proof"
)

// Commands returns the subcommands of `audit`.
func Commands() []*cobra.Command {
	return []*cobra.Command{
		verifyCommand(), proveCommand(), checkProofCommand(), consistencyCommand(),
		keyCommand(), rotateKeyCommand(), retireCommand(), shipCommand(), templateCommand(), reconcileCommand(),
	}
}

// ExitError is the end of a command whose exit code isn't 0. Whatever is to be
// said has been printed.
type ExitError struct {
	Code int
	Err  error // nil: the answer itself is the reason
}

func (e *ExitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

func (e *ExitError) Unwrap() error { return e.Err }

// result is what a command found out: as text or as JSON.
type result struct {
	text func(io.Writer)
	data any
	code int
}

// spec is a command before it becomes cobra's.
type spec struct {
	use, short, long, example string
	args                      int // how many arguments it takes
	run                       func(cmd *cobra.Command, args []string) (*result, error)
}

// command wires printing and exit codes. Misuse is "could not check": an exit
// code of 1 would claim that something was tampered with.
func (s spec) command() *cobra.Command {
	cmd := &cobra.Command{
		Use: s.use, Short: s.short, Long: s.long, Example: s.example,
		SilenceErrors: true, SilenceUsage: true, DisableFlagsInUseLine: true,
	}
	asJSON := cmd.Flags().Bool("json", false, "print the answer as JSON")
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fail(cmd, fmt.Errorf("%w; see passgate audit %s --help", err, cmd.Name()))
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) != s.args {
			return fail(cmd, fmt.Errorf("expected %d arguments, got %d; usage: passgate audit %s", s.args, len(args), cmd.Use))
		}
		r, err := s.run(cmd, args)
		if err != nil {
			return fail(cmd, err)
		}
		return r.print(cmd, *asJSON)
	}
	return cmd
}

func (r *result) print(cmd *cobra.Command, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(cmd.OutOrStdout())
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		if err := e.Encode(r.data); err != nil {
			return fail(cmd, err)
		}
	} else {
		r.text(cmd.OutOrStdout())
	}
	if r.code != 0 {
		return &ExitError{Code: r.code}
	}
	return nil
}

// fail prints the error and turns it into an exit code.
func fail(cmd *cobra.Command, err error) error {
	code := proof.ExitUnchecked
	if errors.Is(err, proof.ErrRefuted) {
		code = proof.ExitTampered
	}
	fmt.Fprintln(cmd.ErrOrStderr(), "Error:", err)
	return &ExitError{Code: code, Err: err}
}

func dirFlag(cmd *cobra.Command) {
	cmd.Flags().String("dir", "", "the trail's directory, as the Caddyfile's audit option names it")
}

func dirOf(cmd *cobra.Command) (string, error) {
	dir, _ := cmd.Flags().GetString("dir")
	if dir == "" {
		return "", errors.New("expected --dir with the trail's directory")
	}
	return dir, nil
}

func keyFlag(cmd *cobra.Command) {
	cmd.Flags().StringArray("vkey", nil, "a verifier key you trust, or a file with one; may be repeated")
}

// keysOf reads the keys: given as such, or in files, one a line.
func keysOf(cmd *cobra.Command) ([]string, error) {
	given, _ := cmd.Flags().GetStringArray("vkey")
	var keys []string
	for _, g := range given {
		if strings.Count(g, "+") >= 2 {
			keys = append(keys, strings.TrimSpace(g))
			continue
		}
		text, err := os.ReadFile(g)
		if err != nil {
			return nil, fmt.Errorf("reading --vkey: expected a key or a file: %w", err)
		}
		held := strings.Fields(string(text))
		if len(held) == 0 {
			return nil, fmt.Errorf("reading --vkey: expected verifier keys in %s, found none", g)
		}
		keys = append(keys, held...)
	}
	return keys, nil
}
