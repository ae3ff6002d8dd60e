// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/audit/proof"
	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/report"
	"github.com/passgate/passgate/module/review/signoff"
)

func reportCommand() *cobra.Command {
	var r reporter
	c := &cobra.Command{
		Use:   "report",
		Short: "Draws up the report about a period",
		Long: `Draws up the report about a period: whether the record is whole, what it covers,
totals, exceptions, policies in force, and who has signed off. The trail is
verified and read anew for it.

The report is one file: HTML, or JSON or CSV if the name of --out ends so.`,
		Example: `  passgate audit report --period 2026-Q3 --profile pci --out q3.html
  passgate audit report --period 2026-Q3 --out q3.html --csv q3.csv --json q3.json`,
		RunE: r.run,
	}
	c.Flags().StringVar(&r.dir, "dir", defaultDir(), "the trail's directory")
	r.span.flags(c)
	r.settings.flags(c)
	c.Flags().StringVar(&r.profile, "profile", "plain", "pci, iso or plain")
	c.Flags().StringVar(&r.out, "out", "", "file to write; - is the standard output")
	c.Flags().StringVar(&r.csv, "csv", "", "write this CSV file too")
	c.Flags().StringVar(&r.json, "json", "", "write this JSON file too")
	c.Flags().StringArrayVar(&r.keys, "vkey", nil, "a verifier key you trust; may be repeated")
	c.Flags().StringVar(&r.reviews, "reviews", "", "directory of the log of reviews; default: below the trail's")
	c.Flags().StringVar(&r.reviewers, "reviewers", "", "allowed_signers file: whose key is whose")
	c.Flags().IntVar(&r.maxAge, "max-age", 0, "days after which a password is over age; 0: as the profile says, else each policy's max_age")
	return c
}

type reporter struct {
	dir, profile, out, csv, json, reviews, reviewers string
	keys                                             []string
	maxAge                                           int
	span                                             span
	settings                                         settings
}

func (r *reporter) run(c *cobra.Command, _ []string) error {
	in, err := r.input()
	if err != nil {
		return err
	}
	if r.out == "" {
		return errors.New("expected --out with the file to write")
	}
	bar := newProgress(c.ErrOrStderr())
	err = r.read(c, &in, bar)
	bar.done()
	if err != nil {
		return err
	}
	rep, err := report.Build(c.Context(), in)
	if err != nil {
		return err
	}
	for _, file := range []struct{ name, format string }{{r.out, formatOf(r.out)}, {r.csv, ".csv"}, {r.json, ".json"}} {
		if file.name == "" {
			continue
		}
		if err := writeReport(c, file.name, file.format, rep); err != nil {
			return err
		}
	}
	return nil
}

// input checks everything before the long work begins.
func (r *reporter) input() (in report.Input, err error) {
	in.Now, in.MaxAge = time.Now(), time.Duration(r.maxAge)*24*time.Hour
	if in.Period, in.Label, err = r.span.read(in.Now); err != nil {
		return in, err
	}
	if in.Profile, err = report.ParseProfile(r.profile); err != nil {
		return in, err
	}
	if in.Settings, err = r.settings.read(); err != nil {
		return in, err
	}
	if r.reviewers != "" {
		if in.Signers, err = signoff.ReadSigners(r.reviewers); err != nil {
			return in, err
		}
	}
	if r.reviews == "" {
		r.reviews = signoff.Dir(r.dir)
	}
	in.Reviews, err = signoff.Read(r.reviews)
	return in, err
}

// read verifies the trail and reads it at the same time. No cached columns are
// used: a report must not rest on them.
func (r *reporter) read(c *cobra.Command, in *report.Input, bar *progress) error {
	var checked, viewed error
	var both sync.WaitGroup
	both.Go(func() { in.Verified, checked = proof.Verify(r.dir, proof.Options{Keys: r.keys, Now: in.Now}) })
	both.Go(func() { in.View, viewed = review.Open(c.Context(), r.dir, review.Options{Progress: bar.tell}) })
	both.Wait()
	if viewed != nil {
		return viewed
	}
	if checked != nil {
		fmt.Fprintln(c.ErrOrStderr(), "the trail can't be checked, and the report says so:", checked)
		in.Verified = nil
	}
	return nil
}

func formatOf(name string) string { return strings.ToLower(filepath.Ext(name)) }

func writeReport(c *cobra.Command, name, format string, rep *report.Report) error {
	render := map[string]func(io.Writer, *report.Report) error{".csv": report.CSV, ".json": report.JSON}[format]
	if render == nil {
		render = report.HTML
	}
	var b bytes.Buffer
	if err := render(&b, rep); err != nil {
		return err
	}
	if name == "-" {
		_, err := c.OutOrStdout().Write(b.Bytes())
		return err
	}
	// Names of people are in it: nobody else's business.
	return os.WriteFile(name, b.Bytes(), 0o600)
}
