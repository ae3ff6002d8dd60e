// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/passgate/passgate/module/review/export"
)

// functions of the templates.
var functions = template.FuncMap{
	"show": export.Visible, "short": export.Short,
	"num": thousands, "day": day, "clock": clock, "stamp": stamp, "share": share, "plural": plural, "bytes": byteSize,
	"signed": func(n int) int64 { return int64(n) },
	"last":   func(size int64) int64 { return max(size-1, 0) },
	"fact":   newFact, "lines": visibleLines,
	"concernSign": func() map[string]string { return map[string]string{"alarm": "bad", "look": "warn", "note": "wait"} },
}

// fact is a name and a value, for a list of them.
type fact struct{ Name, Value string }

func newFact(name string, value any) fact { return fact{name, fmt.Sprint(value)} }

// visibleLines shows a text of several lines, each made visible.
func visibleLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = export.Visible(lines[i])
	}
	return strings.Join(lines, "\n")
}

// thousands groups digits, with a narrow space as ISO 80000-1 has it.
func thousands(n any) string {
	s := fmt.Sprint(n)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "\u202f" + s[at:]
	}
	return s
}

func day(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02")
}

func clock(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}

// stamp is a time for programs.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// share is n of total in per cent.
func share(n, total int64) string {
	if total == 0 {
		return "–"
	}
	p := 100 * float64(n) / float64(total)
	switch {
	case p == 0 || p >= 10:
		return strconv.FormatFloat(p, 'f', 0, 64) + "\u202f%"
	case p < .1:
		return "<0.1\u202f%"
	}
	return strconv.FormatFloat(p, 'f', 1, 64) + "\u202f%"
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return thousands(n) + " " + one
	}
	return thousands(n) + " " + many
}

func byteSize(n int64) string {
	switch {
	case n >= 1<<30:
		return strconv.FormatFloat(float64(n)/(1<<30), 'f', 1, 64) + " GiB"
	case n >= 1<<20:
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MiB"
	}
	return strconv.FormatInt((n+1023)>>10, 10) + " KiB"
}

// link is the address of a page beside this one.
func link(page string, q url.Values) string {
	if page == "" {
		page = "./"
	}
	if len(q) == 0 {
		return page
	}
	return page + "?" + q.Encode()
}

func values(pairs ...string) url.Values {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Add(pairs[i], pairs[i+1])
	}
	return q
}
