// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// bcryptBytes is how much of a password bcrypt reads: the default hash of both
// Elasticsearch and OpenSearch ignores what follows.
const bcryptBytes = 72

// findWarnings looks at the finished policy and at what was written.
func (p *Policy) findWarnings(written []Statement) []string {
	var found []string
	for _, s := range p.presets {
		found = append(found, p.contradictions(s)...)
	}
	found = append(found, p.weakened(written)...)
	if len(p.hashes) > 0 && !p.Selective() {
		found = append(found, "allow_hash opens hashes, which no rule can judge, for everybody; add \"for\" or \"by\" to name those who need it")
	}
	for _, e := range p.settings.exemptions {
		if time.Now().After(e.Until) {
			found = append(found, fmt.Sprintf("the exemption of %s ended with %s; remove it", e.Target, e.Until.Add(-time.Second).Format(time.DateOnly)))
		}
	}
	if p.standard() != "" && p.longestBytes() > bcryptBytes {
		found = append(found, fmt.Sprintf("%s allows passwords of more than %d bytes, but the clusters' default hash (bcrypt) ignores what follows; add \"max_bytes %d\"",
			p.standard(), bcryptBytes, bcryptBytes))
	}
	return found
}

// prohibitions are what standards forbid: which lines do it nonetheless.
var prohibitions = map[string]func(line) bool{
	"composition": func(l line) bool {
		return slices.Contains([]string{"min_uppercase", "min_lowercase", "min_letters", "min_digits", "min_specials",
			"min_classes", "min_class_count", "max_class_count", "max_class_run", "length_tiers",
			"allowed_characters", "forbidden_characters", "whitespace"}, l.Name)
	},
	"contains": func(l line) bool {
		return slices.Contains([]string{"username", "full_name", "email", "context_words", "blocklist"}, l.Name) &&
			slices.Contains(l.Args, "contains")
	},
	"expiry": func(l line) bool { return l.Name == "max_age" },
}

// contradictions compares a standard with every line of the policy.
func (p *Policy) contradictions(s *preset) []string {
	var found []string
	for _, l := range p.lines {
		for what, clause := range s.forbids {
			if prohibitions[what](l) {
				found = append(found, fmt.Sprintf("%s asks for %s, but that is forbidden (%s)", l.origin(), l.Statement, clause))
			}
		}
		if s.permits > 0 && tooShort(l, s.permits) {
			found = append(found, fmt.Sprintf("%s asks for %s, but passwords of %d characters must be possible (%s)",
				l.origin(), l.Statement, s.permits, s.permit))
		}
	}
	slices.Sort(found)
	return found
}

// tooShort reports whether a line caps passwords below n characters.
func tooShort(l line, n int) bool {
	if l.Name != "max_length" && l.Name != "max_bytes" {
		return false
	}
	limit, err := strconv.Atoi(l.Args[0])
	return err == nil && limit < n
}

// weakened finds statements written by hand that ask for less than a preset of
// the same policy.
func (p *Policy) weakened(written []Statement) []string {
	definitions := catalogue()
	var found []string
	for _, s := range p.presets {
		for _, l := range s.lines {
			for _, w := range written {
				if w.Name == "off" && slices.Contains(w.Args, l.Name) {
					found = append(found, fmt.Sprintf("%s drops %s, which %s asks for", w, l.Statement, l.origin()))
				}
				hand := line{Statement: w}
				if w.Name == l.Name && stricter(l, hand, definitions[l.Name].merge) {
					found = append(found, fmt.Sprintf("%s replaces %s of %s and asks for less", w, l.Statement, l.origin()))
				}
			}
		}
	}
	return found
}

// origin says who asks for a line.
func (l line) origin() string {
	switch {
	case l.clause != "":
		return l.clause
	case l.preset != "":
		return "preset " + l.preset
	}
	return "the policy"
}

// standard is the first standard among the presets.
func (p *Policy) standard() string {
	for _, s := range p.presets {
		if s.standard != "" && !s.cluster {
			return s.standard
		}
	}
	return ""
}

// longestBytes is how many bytes a password of the policy may have.
func (p *Policy) longestBytes() int {
	most := p.maxBytes
	if p.maxLength > 0 {
		most = min(most, 4*p.maxLength) // UTF-8 takes at most four bytes
	}
	return most
}
