// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

func nothingMore(string) (string, bool, error) { return "", false, nil }

func TestExpand(t *testing.T) {
	t.Parallel()
	site := func(name string) (string, bool, error) { return "127.0.0.1:1", name == "host", nil }
	for text, want := range map[string]string{
		"plain {\"a\":1}":                        "plain {\"a\":1}",
		"${host}":                                "127.0.0.1:1",
		"${new}":                                 passwords["new"],
		"${hex 00C1b0}":                          "\x00\xc1\xb0",
		"${basic joe x}":                         "Basic am9lOng=",
		"${base64 a}":                            "YQ==",
		"[0${repeat 3},${i}${end}]":              "[0,1,2,3]",
		"${repeat 2}${basic a${i} ${hex 62}} ":   "",
		"${repeat 2}<${hex 4${i}}>${end} ${new}": "<A><B> " + passwords["new"],
	} {
		got, err := expand(text, site)
		if want == "" && err == nil || want != "" && (err != nil || got != want) {
			t.Errorf("%s: expected %q, found %q, %v", text, want, got, err)
		}
	}
}

func TestExpandHash(t *testing.T) {
	t.Parallel()
	got, err := expand("${bcrypt 4 ${new}}", nothingMore)
	if err != nil || bcrypt.CompareHashAndPassword([]byte(got), []byte(passwords["new"])) != nil {
		t.Errorf("expected a hash of the password, found %q, %v", got, err)
	}
}

func TestExpandRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"${no such}", "${hex XY}", "${bcrypt many x}", "${bcrypt 99 x}"} {
		if got, err := expand(text, nothingMore); err == nil {
			t.Errorf("%s: expected an error, found %q", text, got)
		}
	}
	again := func(string) (string, bool, error) { return "${again}", true, nil }
	if _, err := expand("${again}", again); err == nil {
		t.Error("a value that holds its own placeholder: expected an error, found none")
	}
}

// TestPasswordsAreTheirOwn: a leak is found by searching for a password, so none
// may be part of another or of a usual word.
func TestPasswordsAreTheirOwn(t *testing.T) {
	t.Parallel()
	for a, first := range passwords {
		for b, second := range passwords {
			if a != b && strings.Contains(first, second) {
				t.Errorf("the password ${%s} holds ${%s}", a, b)
			}
		}
	}
}
