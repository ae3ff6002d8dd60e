// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseHashLine(t *testing.T) {
	t.Parallel()
	const hash = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8"
	tests := []struct {
		name, prefix, line string
		count              uint32
		refused            string // a part of the error
	}{
		{"as published", "", hash + ":3861493", 3861493, ""},
		{"lower case", "", strings.ToLower(hash) + ":1", 1, ""},
		{"no count", "", hash, Uncounted, ""},
		{"range line", hash[:5], hash[5:] + ":7", 7, ""},
		{"padding", hash[:5], hash[5:] + ":0", 0, ""},
		{"count too large", "", hash + ":99999999999999999999", Uncounted, ""},
		{"NTLM", "", hash[:32] + ":1", 0, "NTLM"},
		{"too short", "", hash[:39] + ":1", 0, "40 hex digits"},
		{"too long", "", hash + "0:1", 0, "40 hex digits"},
		{"not hex", "", "X" + hash[1:] + ":1", 0, "in hex"},
		{"empty", "", "", 0, "40 hex digits"},
		{"empty count", "", hash + ":", 0, "found nothing"},
		{"count not a number", "", hash + ":-1", 0, "other characters"},
		{"carriage return inside", "", hash + ":1\r", 0, "other characters"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := parseHashLine(test.prefix, []byte(test.line))
			if test.refused != "" {
				if err == nil || !strings.Contains(err.Error(), test.refused) {
					t.Errorf("got %v, want an error with %q", err, test.refused)
				}
				return
			}
			if err != nil || got.count != test.count || fmt.Sprintf("%X", got.key) != hash {
				t.Errorf("got %X, %d, %v", got.key, got.count, err)
			}
		})
	}
}

// A file of words taken for one of hashes must not end up in an error message.
func TestErrorsQuoteNothing(t *testing.T) {
	t.Parallel()
	_, err := parseHashLine("", []byte("hunter2:correct horse"))
	if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "horse") {
		t.Errorf("got %v", err)
	}
}

func FuzzParseHashLine(f *testing.F) {
	f.Add("", "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:3861493")
	f.Add("5BAA6", "1E4C9B93F3F0682250B6CF8331B7EE68FD8:0")
	f.Fuzz(func(t *testing.T, prefix, line string) {
		e, err := parseHashLine(prefix, []byte(line))
		if err != nil {
			return
		}
		hash, _, _ := strings.Cut(prefix+line, ":")
		if !strings.EqualFold(hash, fmt.Sprintf("%X", e.key)) {
			t.Errorf("%q %q became %X", prefix, line, e.key)
		}
	})
}
