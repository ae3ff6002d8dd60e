// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Policy is a named set of rules. It never changes and may be used by any
// number of goroutines.
type Policy struct {
	name      string
	rules     []*rule
	selectors []selector
	settings  settings
	groups    map[string]group // classes of the operator's own
	hashes    map[string]int   // algorithms that allow_hash opens: lowest cost
	lines     []line
	presets   []*preset
	warnings  []string

	breached *Breached
	history  *History
	minAge   *MinAge
	maxAge   time.Duration

	allowed []*set // of allowed_characters

	minLength           int // the largest one, in code points
	maxLength, maxBytes int // the smallest limits, 0 if there is none
}

// defaultMaxBytes holds where a policy sets no max_bytes. It is far above any
// password and keeps the work on one small, whoever sends it: OWASP's
// authentication cheat sheet asks for such a bound.
const defaultMaxBytes = 4096

// New makes a policy of statements. An error is a [StatementError].
//
// A statement that may be there only once replaces the same one of a preset;
// twice by hand it is an error. Where several presets disagree, the stricter
// one counts and [Policy.Warnings] tells. Every policy also asks for valid
// UTF-8 without NUL, for at least one character and, unless it says otherwise,
// for at most 4096 bytes.
func New(name string, statements []Statement, options ...Option) (*Policy, error) {
	lines, presets, err := expand(statements)
	if err != nil {
		return nil, err
	}
	lines, err = resolve(lines)
	if err != nil {
		return nil, err
	}
	p := &Policy{name: name, hashes: make(map[string]int), lines: withDefaults(lines), presets: presets}
	p.rules = append(p.rules, always...)
	if err := p.build(options); err != nil {
		return nil, err
	}
	if err := p.possible(); err != nil {
		return nil, err
	}
	p.warnings = p.findWarnings(statements)
	return p, nil
}

// build turns the lines into rules and settings.
func (p *Policy) build(options []Option) error {
	definitions := catalogue()
	for phase := range phases {
		for _, l := range p.lines {
			if phaseOf(l.Name) != phase {
				continue
			}
			d := definitions[l.Name]
			b := &builder{policy: p, line: l, usage: d.usage}
			for _, option := range options {
				option(b)
			}
			if err := d.build(b, l.Args); err != nil {
				return StatementError{l.index, fmt.Errorf("%s: %w", l.Name, err)}
			}
		}
	}
	for i, r := range p.rules {
		finished := *r // those of every policy are shared
		p.finish(&finished.violation)
		p.rules[i] = &finished
	}
	return nil
}

// Demanding reports whether the policy asks for anything of a password, beyond
// what every policy does. One that doesn't would allow each.
func (p *Policy) Demanding() bool {
	return p.maxAge > 0 || slices.ContainsFunc(p.rules, func(r *rule) bool { return !r.line.implied && !isAlways(r.violation.Rule) })
}

const phases = 3

// phaseOf orders lines whatever the order in which they were written: classes
// first, since rules name them, and last what names rules.
func phaseOf(statement string) int {
	switch statement {
	case "class":
		return 0
	case "monitor", "message":
		return 2
	}
	return 1
}

// finish gives a violation the policy's own words and mode.
func (p *Policy) finish(v *Violation) {
	if message, ok := p.settings.messages[wording{rule: v.Rule}]; ok {
		v.Message = message
	}
	v.Monitor = p.settings.monitor || slices.Contains(p.settings.monitored, v.Rule)
}

// withDefaults adds what every policy asks for, unless it is there already.
func withDefaults(lines []line) []line {
	for _, d := range []Statement{
		{"min_length", []string{"1"}},
		{"max_bytes", []string{strconv.Itoa(defaultMaxBytes)}},
	} {
		if !hasStatement(lines, d.Name) {
			lines = append(lines, line{Statement: d, index: len(lines), implied: true})
		}
	}
	return lines
}

func hasStatement(lines []line, name string) bool {
	for _, l := range lines {
		if l.Name == name {
			return true
		}
	}
	return false
}

// Judge returns every requirement that the change's password breaks, in the
// order in which the policy was written; nil means the password may be set.
// The password may also be set if every violation returned has Monitor.
//
// Strength is judged only if no enforced rule is broken; what needs memory or
// a file (breached, history, min_age) isn't judged here. A password so long
// that looking at it would cost time breaks only max_bytes.
func (p *Policy) Judge(c Change) []Violation {
	if n := len(c.Password); n > defaultMaxBytes && n > p.maxBytes {
		return []Violation{p.tooManyBytes(c.Time)}
	}
	d := newCandidate(c)
	violations := p.broken(nil, early, d)
	if !slices.ContainsFunc(violations, func(v Violation) bool { return !v.Monitor }) {
		violations = p.broken(violations, late, d)
	}
	return violations
}

// broken appends the violations of one stage.
func (p *Policy) broken(to []Violation, s stage, d *candidate) []Violation {
	for _, r := range p.rules {
		if r.stage == s && r.broken(d) {
			if to == nil {
				to = make([]Violation, 0, 8)
			}
			to = append(to, p.at(r.violation, d.Time))
		}
	}
	return to
}

// at is the violation as it counts at a time: see enforce_from.
func (p *Policy) at(v Violation, now time.Time) Violation {
	v.Monitor = v.Monitor || p.Monitoring(now)
	return v
}

// violationOf is the violation of a rule that is judged elsewhere.
func (p *Policy) violationOf(name string, now time.Time) Violation {
	for _, r := range p.rules {
		if r.violation.Rule == name {
			return p.at(r.violation, now)
		}
	}
	return Violation{Rule: name}
}

// tooManyBytes is the violation of max_bytes, which every policy has. As it
// stands for all the rules that weren't looked at, it counts even while
// max_bytes itself is only monitored.
func (p *Policy) tooManyBytes(now time.Time) Violation {
	v := p.violationOf("max_bytes", now)
	v.Monitor = p.Monitoring(now)
	return v
}

// Name is the policy's name, as in the Caddyfile.
func (p *Policy) Name() string { return p.name }

// Text is the policy in full, one statement a line with the clause each comes
// from, presets replaced by what they stand for and defaults included. Two
// policies with the same text judge alike.
func (p *Policy) Text() string {
	var b strings.Builder
	for _, l := range p.lines {
		b.WriteString(l.Statement.String())
		if l.clause != "" {
			b.WriteString("  # " + l.clause)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Digest is the SHA-256 of Text in hex: what the trail records so that a
// verdict can be traced to the exact policy.
func (p *Policy) Digest() string {
	sum := sha256.Sum256([]byte(p.Text()))
	return hex.EncodeToString(sum[:])
}

// Warnings are things about the policy that its author should know: presets
// that contradict each other, hashes opened for everybody, and the like.
func (p *Policy) Warnings() []string { return append([]string(nil), p.warnings...) }
