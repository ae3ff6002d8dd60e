// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"errors"
	"fmt"
	"strings"
)

// parsedLine is a line of a policy file: the statement and what follows "#".
type parsedLine struct {
	Statement
	note string
}

// parseLines reads statements one a line. Words are separated by blanks and
// may stand in double quotes (where \" is a quote) or in backquotes. What
// follows a "#" at the start of a word is the line's note: in a preset, the
// clause. Lines without a statement are left out.
func parseLines(text string) ([]parsedLine, error) {
	var lines []parsedLine
	for number, raw := range strings.Split(text, "\n") {
		line, err := parseLine(strings.TrimSuffix(raw, "\r"))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number+1, err)
		}
		if line.Name != "" {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

func parseLine(rest string) (parsedLine, error) {
	var line parsedLine
	var words []string
	for {
		rest = strings.TrimLeft(rest, " \t")
		if rest == "" {
			break
		}
		if rest[0] == '#' {
			line.note = strings.TrimSpace(rest[1:])
			break
		}
		word, tail, err := nextWord(rest)
		if err != nil {
			return parsedLine{}, err
		}
		words, rest = append(words, word), tail
	}
	if len(words) > 0 {
		line.Name, line.Args = words[0], words[1:]
	}
	return line, nil
}

// nextWord takes one word off a line that starts with neither blank nor "#".
func nextWord(s string) (word, rest string, err error) {
	switch s[0] {
	case '`':
		end := strings.IndexByte(s[1:], '`')
		if end < 0 {
			return "", "", errors.New("expected a closing backquote, found the end of the line")
		}
		return s[1 : end+1], s[end+2:], nil
	case '"':
		return quotedWord(s[1:])
	}
	end := strings.IndexAny(s, " \t")
	if end < 0 {
		end = len(s)
	}
	return s[:end], s[end:], nil
}

func quotedWord(s string) (word, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:], nil
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == '"':
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", errors.New("expected a closing quote, found the end of the line")
}
