// SPDX-License-Identifier: Apache-2.0

package module

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// wholeNumber finds numbers that stand by themselves: no part of a longer one, of a
// fraction, of an id.
var wholeNumber = regexp.MustCompile(`(?:^|[^0-9A-Za-z.-])([0-9]{4,6})(?:[^0-9A-Za-z.]|\.[^0-9]|$)`)

// nearby is how far from a length a number still tells it: the rest of a body, the
// quotes, the escapes.
const nearby = 64

// No length of a secret leaves the gateway either. Passwords of lengths that occur
// nowhere else are sent, in characters and in bytes, accepted, refused, in front
// of a cluster that answers and of none; then every number in every file, log,
// metric and answer is held against them.
func TestNoLengthLeaves(t *testing.T) {
	wanted := "cAnArY" + strings.Repeat("ü-Y7", 2501)  // 10,010 characters, 12,511 bytes
	current := "cAnArY" + strings.Repeat("x7-", 5101)  // 15,309 of both
	hash := "$2a$10$" + strings.Repeat("cAnArY", 3001) // 18,013 of both
	quote := func(s string) string { text, _ := json.Marshal(s); return string(text) }
	bodies := []string{
		`{"password":` + quote(wanted) + `}`, `{"newpassword":` + quote(wanted) + `}`, `{"hash":` + quote(hash) + `}`,
		`{"password":` + quote(wanted) + `,"password_hash":` + quote(hash) + `}`, `{"password":` + quote(wanted),
		`{"current_password":` + quote(current) + `,"password":` + quote(wanted) + `}`,
		`[{"op":"add","path":"/password","value":` + quote(wanted) + `}]`,
	}
	lengths := map[string]int{}
	for name, text := range map[string]string{"the password": wanted, "the current password": current, "the hash": hash} {
		lengths[name+", in characters"], lengths[name+", in bytes"] = utf8.RuneCountInString(text), len(text)
	}
	for _, body := range bodies {
		lengths["the body "+body[:8]] = len(body)
	}
	for _, number := range []string{"a 10010 b", "=12511,", `"n":15309}`, "10009\n", "[18013]"} {
		if !tells(number, lengths) {
			t.Errorf("a length in %q isn't found", number)
		}
	}
	for name, lines := range canaryPaths {
		for policyName, policy := range map[string]string{
			"accepting": "policy p {\nmin_length 8\nhistory 2\nmin_classes 2\n}", "refusing": "policy p {\nmax_length 128\nusername\nblocklist common\nmin_length 15\n}",
		} {
			if name == "huawei_css" { // knows no history
				policy = strings.Replace(policy, "history 2\n", "", 1)
			}
			for _, upstream := range []string{"", "127.0.0.1:1"} {
				t.Run(name+" "+policyName+" "+upstream, func(t *testing.T) {
					if upstream == "" {
						upstream = canaryCluster(t, name)
					}
					c := startCanary(t, name, "mode enforce", policy, upstream)
					for _, line := range lines {
						for _, body := range bodies {
							c.try(line, body)
						}
					}
					if len(c.records()) == 0 {
						t.Fatal("no records")
					}
					for place, text := range c.said() {
						// The lock names its holder: its number is no length.
						text = strings.ReplaceAll(text, fmt.Sprint("process ", os.Getpid()), "")
						if strings.Contains(text, "cAnArY") {
							t.Errorf("a secret in %s", place)
						}
						if binary := strings.ContainsRune(text, 0); !binary {
							report(t, place, text, lengths)
						}
					}
				})
			}
		}
	}
}

func tells(text string, lengths map[string]int) bool {
	for _, found := range wholeNumber.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(found[1])
		for _, length := range lengths {
			if length-nearby <= n && n <= length+nearby {
				return true
			}
		}
	}
	return false
}

func report(t *testing.T, place, text string, lengths map[string]int) {
	t.Helper()
	for line := range strings.Lines(text) {
		// The runtime's own metrics know of no request, and go through every number.
		if strings.HasPrefix(line, "go_") || strings.HasPrefix(line, "process_") {
			continue
		}
		if tells(line, lengths) {
			t.Errorf("a length in %s: %.1500s", place, line)
			return
		}
	}
}

// Caddy's own metric of request sizes counts a change without its body: what
// one more change adds to the sum is the same for a long and a short password.
func TestMetricsTellNoLength(t *testing.T) {
	c := startCanary(t, "elasticsearch", "mode enforce", "", canaryCluster(t, "elasticsearch"))
	sum := func() (total int) {
		t.Helper()
		text := (&rig{t: t, addr: c.other}).change("GET", "/metrics", "", "", "").body
		sizes := regexp.MustCompile(`(?m)^caddy_http_request_size_bytes_sum{.*method="PUT".*} (\d+)$`).FindAllStringSubmatch(text, -1)
		if len(sizes) == 0 {
			t.Fatal("no sizes of requests among the metrics")
		}
		for _, size := range sizes {
			n, _ := strconv.Atoi(size[1])
			total += n
		}
		return total
	}
	var added []int
	before := 0
	for _, length := range []int{20, 60, 100} { // bodies of as many digits
		c.try("PUT "+bobPath, `{"password":"`+strings.Repeat("Y7-cAnArY.", length/10)+`","roles":["abcdefghijklmnopqrstuvwxyz","abcdefghijklmnopqrstuvwxyz"]}`)
		now := sum()
		added = append(added, now-before)
		before = now
	}
	if added[0] != added[1] || added[1] != added[2] || added[0] == 0 {
		t.Errorf("the sizes of requests grow by %v", added)
	}
}
