// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"
)

// wording is what an operator's message is for: a rule, and the language of those
// who are to read it; empty for everybody else.
type wording struct{ rule, language string }

func buildMessage(b *builder, args []string) error {
	w := wording{}
	switch {
	case len(args) == 2:
	case len(args) == 3:
		tag, err := language.Parse(args[1])
		if err != nil || tag == language.Und {
			return expected("a language such as de or pt-BR before the text", args[1:2], b.usage)
		}
		w.language = tag.String()
	default:
		return expected("a rule of this policy, a language if wanted, and the text in quotes", args, b.usage)
	}
	text := args[len(args)-1]
	if strings.TrimSpace(text) == "" {
		return expected("a rule of this policy, a language if wanted, and the text in quotes", args, b.usage)
	}
	if err := b.knownRule(args[0]); err != nil {
		return err
	}
	w.rule = args[0]
	if _, twice := b.policy.settings.messages[w]; twice {
		return fmt.Errorf("expected one message for %s, found two; remove one", strings.TrimSpace(w.rule+" "+w.language))
	}
	if b.policy.settings.messages == nil {
		b.policy.settings.messages = make(map[wording]string)
	}
	b.policy.settings.messages[w] = text
	return nil
}

// mostLanguages bounds what is read of an Accept-Language header.
const mostLanguages = 200 // bytes

// MessageIn is a violation's sentence in a language that its reader prefers, as his
// Accept-Language header says (RFC 9110, section 12.5.4): the operator's words in
// the first that there are words in, else the violation's own.
func (p *Policy) MessageIn(v Violation, acceptLanguage string) string {
	if len(p.settings.messages) == 0 || acceptLanguage == "" || len(acceptLanguage) > mostLanguages {
		return v.Message
	}
	tags, weights, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return v.Message
	}
	for i, tag := range tags {
		base, _ := tag.Base()
		for ; weights[i] > 0 && tag != language.Und; tag = tag.Parent() {
			if text, ok := p.settings.messages[wording{v.Rule, tag.String()}]; ok {
				return text + nextOf(v)
			}
		}
		if weights[i] > 0 && base.String() == "en" {
			break // what is not the operator's is English
		}
	}
	return v.Message
}

// nextOf adds the time that min_age tells to words that can't know it.
func nextOf(v Violation) string {
	for _, param := range v.Params {
		if param.Name == "next" {
			return " (" + param.Value + ")"
		}
	}
	return ""
}
