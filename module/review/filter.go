// SPDX-License-Identifier: Apache-2.0

package review

import (
	"net/netip"
	"strings"
	"time"

	"github.com/passgate/passgate/module/audit"
)

// Filter selects records. The zero value selects all. Conditions on different
// properties must all hold.
type Filter struct {
	// Terms are patterns by column, see [ParseFilter]. A record fits a column
	// if one of its patterns fits, and none of those that begin with "!".
	Terms map[Column][]string

	Period
	From, To int64 // places in the trail, To exclusive; To 0: to the end

	Self, Enforced, Verified Choice

	// Attention selects what somebody should look at: severity 4 and 5.
	Attention bool
	// Changes selects one record of each change, the last word on it: not the
	// decision where the outcome is there too, and no notices.
	Changes bool
	// Text must occur in an id, a name, the path or the client's name.
	Text string
}

// Choice is a condition on a property that is there or not.
type Choice int8

// The choices.
const (
	Either Choice = iota
	Yes
	No
)

// With returns the filter with one more condition: the column is value.
func (f Filter) With(c Column, value string) Filter {
	terms := make(map[Column][]string, len(f.Terms)+1)
	for column, patterns := range f.Terms {
		terms[column] = patterns
	}
	if value == "" {
		value = noValue
	} else {
		value = Literal(value)
	}
	terms[c] = []string{value}
	f.Terms = terms
	return f
}

// noValue is the pattern that only an empty value fits.
const noValue = "-"

// matcher is a column's patterns, made ready.
type matcher struct {
	column   Column
	patterns []pattern
	positive bool // there is one without "!"
}

type pattern struct {
	text   string
	not    bool
	empty  bool
	prefix netip.Prefix // of addresses
}

func newMatcher(c Column, terms []string) matcher {
	m := matcher{column: c}
	for _, term := range terms {
		p := pattern{text: term}
		if rest, ok := strings.CutPrefix(term, "!"); ok {
			p.text, p.not = rest, true
		}
		p.empty = p.text == noValue
		if c == Address {
			p.prefix, _ = netip.ParsePrefix(p.text) // invalid: matches nothing, and text is tried
		}
		if text, ok := plain(p.text); ok && len(text) > 256 {
			p.text = Literal(audit.Name(text)) // as records spell it
		}
		m.positive = m.positive || !p.not
		m.patterns = append(m.patterns, p)
	}
	return m
}

func (p *pattern) fits(value string) bool {
	if p.empty {
		return value == ""
	}
	for _, part := range parts(value) {
		if glob(p.text, part) {
			return true
		}
		if p.prefix.IsValid() {
			ip, err := netip.ParseAddr(part)
			if err == nil && p.prefix.Contains(ip) {
				return true
			}
		}
	}
	return false
}

func (m *matcher) fits(value string) bool {
	fits := !m.positive
	for i := range m.patterns {
		p := &m.patterns[i]
		if p.not && p.fits(value) {
			return false
		}
		fits = fits || !p.not && p.fits(value)
	}
	return fits
}

func (f *Filter) matchers() []matcher {
	var all []matcher
	for _, c := range Columns() {
		if terms := f.Terms[c]; len(terms) > 0 {
			all = append(all, newMatcher(c, terms))
		}
	}
	return all
}

// masks are the flags a record must have, and those it must not.
func (f *Filter) masks() (must, mustNot flags) {
	for _, c := range []struct {
		choice Choice
		flag   flags
	}{{f.Self, flagSelf}, {f.Enforced, flagEnforced}, {f.Verified, flagVerified}} {
		switch c.choice {
		case Yes:
			must |= c.flag
		case No:
			mustNot |= c.flag
		}
	}
	if f.Attention {
		must |= flagReview
	}
	if f.Changes {
		mustNot |= flagSuperseded | flagUnreadable
	}
	return must, mustNot
}

// micros returns the bounds of a period in the columns' unit.
func (p Period) micros() (since, until int64) {
	since, until = -1<<63, 1<<63-1
	if !p.Since.IsZero() {
		since = ceilMicro(p.Since)
	}
	if !p.Until.IsZero() {
		until = ceilMicro(p.Until)
	}
	return since, until
}

func ceilMicro(t time.Time) int64 { return t.Add(time.Microsecond - 1).UnixMicro() }
