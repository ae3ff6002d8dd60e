// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bytes"
	"time"
)

// Facts are what joins and classifies a record, read from the raw line without
// decoding it. They point into the line.
type Facts struct {
	Code    []byte
	Stage   []byte // empty: a notice
	Change  []byte
	Outcome []byte
}

// FactsOf reads the facts of a line. Names and other texts of a request can't
// imitate them: within a text, a quotation mark is always escaped.
func FactsOf(line []byte) Facts {
	var f Facts
	f.Code, _ = member(line, `"code":"`)
	var rest []byte
	f.Stage, rest = member(line, `,"Gateway":{"stage":"`)
	if change, ok := bytes.CutPrefix(rest, []byte(`","change":"`)); ok {
		f.Change, rest = untilQuote(change)
	}
	if outcome, ok := bytes.CutPrefix(rest, []byte(`","outcome":"`)); ok {
		f.Outcome, _ = untilQuote(outcome)
	}
	return f
}

// member returns the text that follows start, and what follows the text from
// its closing quotation mark on.
func member(line []byte, start string) (text, rest []byte) {
	at := bytes.Index(line, []byte(start))
	if at < 0 {
		return nil, nil
	}
	return untilQuote(line[at+len(start):])
}

func untilQuote(b []byte) (text, rest []byte) {
	at := bytes.IndexByte(b, '"')
	if at < 0 {
		return nil, nil
	}
	return b[:at], b[at:]
}

// Opens reports whether the line is a decision that awaits an outcome.
func (f Facts) Opens() bool {
	return string(f.Stage) == string(StageDecision) && len(f.Outcome) == 0
}

// Closes reports whether the line is the outcome of a decision.
func (f Facts) Closes() bool { return string(f.Stage) == string(StageOutcome) }

// TimeOf reads @timestamp from the raw line, where it has its fixed columns.
func TimeOf(line []byte) (time.Time, bool) {
	s, ok := bytes.CutPrefix(line, []byte(`{"@timestamp":"`))
	if !ok || len(s) < len(timeFormat) {
		return time.Time{}, false
	}
	s = s[:len(timeFormat)]
	for i, c := range []byte("0000-00-00T00:00:00.000000Z") {
		if digit := '0' <= s[i] && s[i] <= '9'; digit != (c == '0') || !digit && s[i] != c {
			return time.Time{}, false
		}
	}
	at := time.Date(digits(s[0:4]), time.Month(digits(s[5:7])), digits(s[8:10]),
		digits(s[11:13]), digits(s[14:16]), digits(s[17:19]), 1000*digits(s[20:26]), time.UTC)
	// time.Date carries the 32nd of a month over; a record never says so.
	return at, at.Day() == digits(s[8:10]) && at.Minute() == digits(s[14:16]) && at.Second() == digits(s[17:19])
}

func digits(s []byte) (n int) {
	for _, c := range s {
		n = 10*n + int(c-'0')
	}
	return n
}
