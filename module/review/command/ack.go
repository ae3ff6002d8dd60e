// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/export"
	"github.com/passgate/passgate/module/review/signoff"
)

func ackCommand() *cobra.Command {
	var a ack
	c := &cobra.Command{
		Use:   "ack",
		Short: "Signs off a review",
		Long: `Signs off a review: verifies the trail, and signs with your own SSH key that you
have looked at the records of a period, and what the trail looked like then. The
review goes into the log of reviews, and the trail records it.

The key is a file, or one of the ssh-agent's. Without --period it is everything
since the last review.`,
		Example: `  passgate audit ack --period 2026-Q3 --note 'ticket 4711 for the hashes' --key ~/.ssh/id_ed25519`,
		RunE:    a.run,
	}
	c.Flags().StringVar(&a.dir, "dir", defaultDir(), "the trail's directory")
	c.Flags().StringVar(&a.reviews, "reviews", "", "directory of the log of reviews; default: below the trail's")
	a.span.flags(c)
	c.Flags().StringVar(&a.note, "note", "", "what was followed up, and how, on one line")
	c.Flags().StringVar(&a.reviewer, "reviewer", "", "who has reviewed; default: your login name")
	c.Flags().StringVar(&a.key, "key", "", "a private key file, or which key of the ssh-agent: its fingerprint, comment or public file")
	c.Flags().StringArrayVar(&a.keys, "vkey", nil, "a verifier key of the trail you trust; may be repeated")
	return c
}

type ack struct {
	dir, reviews, note, reviewer, key string
	keys                              []string
	span                              span
}

func (a *ack) run(c *cobra.Command, _ []string) error {
	if a.reviews == "" {
		a.reviews = signoff.Dir(a.dir)
	}
	signer, err := a.signer()
	if err != nil {
		return err
	}
	defer signer.Close()
	s, err := a.statement(c)
	if err != nil {
		return err
	}
	r, err := signoff.Append(a.reviews, s, signer)
	if err != nil {
		return err
	}
	if r.Err != nil {
		return fmt.Errorf("the review was written but doesn't read back: %w", r.Err)
	}
	fmt.Fprint(c.OutOrStdout(), r.Raw)
	fmt.Fprintf(c.OutOrStdout(), "signed by %s, in %s\n", r.Fingerprint(), a.reviews)
	_, err = audit.Ask(a.dir, audit.Task{Note: &audit.Notice{
		Code: audit.CodeReview, By: s.Reviewer, Note: s.Note,
		Review: &audit.Review{First: s.First, Last: s.Last, Size: s.Size, Root: s.Root, Exceptions: s.Exceptions, Signature: r.Signature},
	}})
	if err != nil {
		fmt.Fprintln(c.ErrOrStderr(), "the review is signed, but the trail could not record it:", err)
	}
	return nil
}

// signer is the key: a file if there is one of that name, else the agent's.
func (a *ack) signer() (*signoff.Signer, error) {
	if a.key != "" {
		_, err := os.Stat(a.key)
		if err == nil && os.Getenv("SSH_AUTH_SOCK") == "" || err == nil && !isPublic(a.key) {
			return signoff.OpenKey(a.key, passphrase)
		}
	}
	return signoff.FromAgent(os.Getenv("SSH_AUTH_SOCK"), a.key)
}

func isPublic(name string) bool { return len(name) > 4 && name[len(name)-4:] == ".pub" }

func passphrase() ([]byte, error) {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return nil, errors.New("the key is encrypted, and there is no terminal to ask at; use the ssh-agent")
	}
	fmt.Fprint(os.Stderr, "passphrase of the key: ")
	defer fmt.Fprintln(os.Stderr)
	return term.ReadPassword(int(os.Stdin.Fd()))
}

// statement verifies the trail and puts together what is signed.
func (a *ack) statement(c *cobra.Command) (signoff.Statement, error) {
	now := time.Now().UTC().Truncate(time.Second)
	s := signoff.Statement{Reviewer: a.reviewer, Note: a.note, Time: now}
	if s.Reviewer == "" {
		if u, err := user.Current(); err == nil {
			s.Reviewer = u.Username
		}
	}
	if export.Visible(s.Note) != s.Note || s.Reviewer == "" {
		return s, errors.New("expected a reviewer and a note in printable text on one line")
	}
	verified, err := proof.Verify(a.dir, proof.Options{Keys: a.keys, Now: now})
	if err != nil {
		return s, fmt.Errorf("a review needs a trail that can be checked: %w", err)
	}
	s.Trail, s.Size, s.Root, s.Integrity, s.Completeness = verified.Origin, verified.Signed, verified.Root, verified.Integrity, verified.Completeness
	v, err := review.Open(c.Context(), a.dir, review.Options{})
	if err != nil {
		return s, err
	}
	f, err := a.covered(now, &s)
	if err != nil {
		return s, err
	}
	f.To = s.Size // only what the checkpoint covers
	return s, a.count(c, v, f, &s)
}

// covered is the range of the review: a period, or everything since the last.
func (a *ack) covered(now time.Time, s *signoff.Statement) (review.Filter, error) {
	var f review.Filter
	if a.span != (span{}) {
		var err error
		f.Period, _, err = a.span.read(now)
		return f, err
	}
	all, err := signoff.Read(a.reviews)
	if err != nil {
		return f, err
	}
	for i := range all {
		if all[i].Err == nil && all[i].Trail == s.Trail {
			f.From = max(f.From, all[i].Last+1)
		}
	}
	return f, nil
}

var errNothing = errors.New("expected records to review, found none in the period under the newest checkpoint")

func (a *ack) count(c *cobra.Command, v *review.View, f review.Filter, s *signoff.Statement) error {
	s.First = -1
	err := v.Each(c.Context(), f, func(b *review.Brief) {
		if s.First < 0 {
			s.First, s.Since = b.Place, b.Time()
		}
		s.Last, s.Until = b.Place, b.Time()
	})
	if err != nil {
		return err
	}
	if s.First < 0 {
		return errNothing
	}
	changes, attention := f, f
	changes.Changes, attention.Attention = true, true
	if s.Changes, err = v.Count(c.Context(), changes); err != nil {
		return err
	}
	s.Exceptions, err = v.Count(c.Context(), attention)
	return err
}
