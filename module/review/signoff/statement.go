// SPDX-License-Identifier: Apache-2.0

package signoff

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/passgate/passgate/module/review/export"
)

// Statement is what a reviewer signs.
type Statement struct {
	Trail        string // its origin, as in every record
	First, Last  int64  // places of the records that were reviewed
	Since, Until time.Time
	Size         int64  // records under the checkpoint that was seen
	Root         string // its root, in base64
	Integrity    string // as audit verify found it: intact or tampered
	Completeness string // complete or incomplete
	Changes      int64  // in the range
	Exceptions   int64  // records in the range that somebody should look at
	Reviewer     string
	Time         time.Time
	Note         string
	Previous     string // SHA-256 of the line before in the log of reviews, in hex; empty for the first
}

const statementTitle = "passgate review 1"

// members are the lines of a statement in their order.
func (s *Statement) members() []member {
	return []member{
		{"trail", text(&s.Trail)},
		{"first record", number(&s.First)}, {"last record", number(&s.Last)},
		{"since", moment(&s.Since)}, {"until", moment(&s.Until)},
		{"checkpoint size", number(&s.Size)}, {"checkpoint root", text(&s.Root)},
		{"integrity", text(&s.Integrity)}, {"completeness", text(&s.Completeness)},
		{"changes", number(&s.Changes)}, {"exceptions", number(&s.Exceptions)},
		{"reviewer", text(&s.Reviewer)}, {"time", moment(&s.Time)}, {"note", text(&s.Note)},
		{"previous", text(&s.Previous)},
	}
}

// member is one line: how to write its value and how to read it.
type member struct {
	name  string
	value value
}

type value struct {
	write func() string
	read  func(string) error
}

var errTwoLines = errors.New("expected printable text on one line")

func text(s *string) value {
	return value{
		func() string { return *s },
		func(in string) error {
			if export.Visible(in) != in {
				return errTwoLines
			}
			*s = in
			return nil
		},
	}
}

func number(n *int64) value {
	return value{
		func() string { return strconv.FormatInt(*n, 10) },
		func(in string) (err error) {
			*n, err = strconv.ParseInt(in, 10, 64)
			if err == nil && strconv.FormatInt(*n, 10) != in {
				err = errors.New("expected a plain number")
			}
			return err
		},
	}
}

func moment(t *time.Time) value {
	return value{
		func() string { return t.UTC().Format(time.RFC3339Nano) },
		func(in string) (err error) {
			*t, err = time.Parse(time.RFC3339Nano, in)
			if err == nil && t.UTC().Format(time.RFC3339Nano) != in {
				err = errors.New("expected a time in UTC")
			}
			return err
		},
	}
}

// Text spells the statement as it is signed and as people read it.
func (s Statement) Text() (string, error) {
	var b strings.Builder
	b.WriteString(statementTitle + "\n")
	for _, m := range s.members() {
		line := m.value.write()
		if export.Visible(line) != line {
			return "", fmt.Errorf("%s: %w", m.name, errTwoLines)
		}
		b.WriteString(m.name + ": " + line + "\n")
	}
	return b.String(), nil
}

// ParseStatement reads what Text wrote, in that one spelling.
func ParseStatement(in string) (Statement, error) {
	var s Statement
	rest, ok := strings.CutPrefix(in, statementTitle+"\n")
	if !ok {
		return s, fmt.Errorf("reading a review: expected it to begin with %q", statementTitle)
	}
	for _, m := range s.members() {
		line, after, ok := strings.Cut(rest, "\n")
		content, named := strings.CutPrefix(line, m.name+": ")
		if !ok || !named {
			return s, fmt.Errorf("reading a review: expected a line %q, found %q", m.name, export.Short(line, 60))
		}
		if err := m.value.read(content); err != nil {
			return s, fmt.Errorf("reading a review: %s: %w", m.name, err)
		}
		rest = after
	}
	if rest != "" {
		return s, errors.New("reading a review: expected nothing after the last line")
	}
	return s, nil
}
