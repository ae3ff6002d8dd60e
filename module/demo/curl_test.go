// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// words splits a command at blanks outside single quotes: the shell syntax the
// demo uses.
func words(command string) []string {
	var out []string
	var word strings.Builder
	quoted := false
	for _, r := range command + " " {
		switch {
		case r == '\'':
			quoted = !quoted
		case r == ' ' && !quoted:
			if word.Len() > 0 {
				out = append(out, word.String())
			}
			word.Reset()
		default:
			word.WriteRune(r)
		}
	}
	return out
}

// sendAsCurl does what curl would do with the options the demo uses.
func sendAsCurl(t *testing.T, command string) string {
	t.Helper()
	args := words(command)[1:]
	r := &http.Request{Header: http.Header{}}
	var body string
	for i := 0; i < len(args); i++ {
		option := args[i]
		if strings.HasPrefix(option, "http://") {
			parsed, err := http.NewRequest(r.Method, option, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			parsed.Header = r.Header
			r = parsed
			continue
		}
		if option == "-sS" {
			continue
		}
		i++
		switch option {
		case "-u":
			name, password, _ := strings.Cut(args[i], ":")
			r.SetBasicAuth(name, password)
		case "-H":
			name, value, _ := strings.Cut(args[i], ": ")
			r.Header.Set(name, value)
		case "-X":
			r.Method = args[i]
		case "-d":
			body = args[i]
		case "-w":
		default:
			t.Fatalf("option %s of %s isn't known here", option, command)
		}
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s\nHTTP %d\n", answer, resp.StatusCode)
}
