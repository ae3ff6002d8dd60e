// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
)

func TestLengthRules(t *testing.T) {
	t.Parallel()
	judge(t, []judged{
		{"one short", "min_length 15", password("abcdefghijklmn"), "min_length"},
		{"just long enough", "min_length 15", password("abcdefghijklmno"), ""},
		{"code points, not bytes", "min_length 4", password("äöü"), "min_length"},
		{"emoji are one each", "min_length 4", password("🦊🦊🦊"), "min_length"},
		{"emoji are two UTF-16 units each", "min_length 6 utf16", password("🦊🦊🦊"), ""},
		{"five UTF-16 units", "min_length 6 utf16", password("🦊🦊x"), "min_length"},
		{"three accented letters in three units", "min_length 6 utf16", password("ééé"), "min_length"},
		{"a decomposed letter counts twice", "min_length 2", password("e\u0301"), ""},
		{"one long", "max_length 3", password("abcd"), "max_length"},
		{"just short enough", "max_length 3", password("äöü"), ""},
		{"UTF-16 maximum", "max_length 3 utf16", password("🦊🦊"), "max_length"},
		{"72 bytes", "max_bytes 72", password(strings.Repeat("é", 36)), ""},
		{"73 bytes", "max_bytes 72", password(strings.Repeat("é", 36) + "x"), "max_bytes"},
		{"18 emoji are 72 bytes", "max_bytes 72", password(strings.Repeat("🦊", 19)), "max_bytes"},
		{"invalid bytes count one each", "min_length 4", password("\xff\xff\xff"), "valid_utf8 min_length"},
	})
}
