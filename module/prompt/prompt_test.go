// SPDX-License-Identifier: Apache-2.0

package prompt

import (
	"io"
	"strings"
	"testing"
)

func TestPassword(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"hunter2":                             "hunter2",
		"hunter2\n":                           "hunter2",
		"hunter2\r\nmore\n":                   "hunter2",
		" hunter2 \n":                         " hunter2 ",
		"\n":                                  "",
		strings.Repeat("x", Longest):          strings.Repeat("x", Longest),
		strings.Repeat("x", Longest-1) + "\n": strings.Repeat("x", Longest-1),
	} {
		if got, err := Password(strings.NewReader(in), io.Discard, false); got != want || err != nil {
			t.Errorf("%.20q: %.20q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", strings.Repeat("x", Longest+1)} {
		if got, err := Password(strings.NewReader(in), io.Discard, true); err == nil || got != "" || len(err.Error()) > 200 {
			t.Errorf("%.20q: %.20q, %.200v", in, got, err)
		}
	}
}

func TestNoArgs(t *testing.T) {
	t.Parallel()
	if err := NoArgs(nil, nil); err != nil {
		t.Error(err)
	}
	if err := NoArgs(nil, []string{"hunter2"}); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("%v", err)
	}
}
