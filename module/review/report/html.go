// SPDX-License-Identifier: Apache-2.0

package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/passgate/passgate/module/review/anomaly"
	"github.com/passgate/passgate/module/review/export"
)

//go:embed report.html
var page string

//go:embed report.css
var style string

// StyleHash is what a Content-Security-Policy needs to allow the style that the
// report carries in itself.
func StyleHash() string {
	sum := sha256.Sum256([]byte(style))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

var pageTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"style": func() template.CSS { return template.CSS(style) }, // our own, embedded
	"show":  export.Visible, "num": thousands, "clock": moment, "date": date, "hours": hours, "share": share,
	"list": Places, "words": tallies, "join": joined, "kindOf": func(k anomaly.Kind) string { return anomalyKinds[k] },
	"counted": func(n int64, word string) string { return plural(n, word) },
	"sum":     func(ns ...int64) (total int64) { return add(ns) },
}).Parse(page))

// HTML writes the report as one file that needs nothing else.
func HTML(w io.Writer, r *Report) error { return pageTemplate.Execute(w, r) }

// JSON writes the report for programs.
func JSON(w io.Writer, r *Report) error { return export.JSON(w, r) }

var anomalyKinds = map[anomaly.Kind]string{
	anomaly.Edge: "Walked up to the policy's edge", anomaly.Accounts: "One source, many accounts", anomaly.Unreadable: "Unreadable requests",
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}

func date(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format(time.DateOnly)
}

func hours(h float64) string { return strconv.FormatFloat(h, 'f', 1, 64) }

func thousands(n any) string {
	s := fmt.Sprint(n)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "\u202f" + s[at:]
	}
	return s
}

func share(n, total int64) string {
	if total == 0 {
		return "–"
	}
	return strconv.FormatFloat(100*float64(n)/float64(total), 'f', 1, 64) + "\u202f%"
}

// Places lists places of records, runs of them as spans.
func Places(all []int64) string {
	var words []string
	for i := 0; i < len(all); {
		j := i
		for j+1 < len(all) && all[j+1] == all[j]+1 {
			j++
		}
		word := strconv.FormatInt(all[i], 10)
		if j > i {
			word += "–" + strconv.FormatInt(all[j], 10)
		}
		words = append(words, word)
		i = j + 1
	}
	return strings.Join(words, ", ")
}

// tally is a counted word, for tables.
type tally struct {
	Name  string
	Count int64
}

// tallies orders a count by its numbers.
func tallies(counts map[string]int64) []tally {
	var all []tally
	for name, n := range counts {
		if name == "" {
			name = "awaited"
		}
		all = append(all, tally{name, n})
	}
	sortTallies(all)
	return all
}

func joined(names []string) string {
	shown := make([]string, len(names))
	for i, n := range names {
		shown[i] = export.Visible(n)
	}
	return strings.Join(shown, ", ")
}

func add(ns []int64) (total int64) {
	for _, n := range ns {
		total += n
	}
	return total
}
