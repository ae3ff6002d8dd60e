// SPDX-License-Identifier: Apache-2.0

package policy

import "testing"

func TestSequences(t *testing.T) {
	t.Parallel()
	judge(t, []judged{
		{"alphabet", "max_sequence 3 alphabet", password("xxabcdxx"), "max_sequence"},
		{"alphabet, short enough", "max_sequence 3 alphabet", password("xxabcxx"), ""},
		{"alphabet backwards", "max_sequence 3 alphabet", password("DcBa"), "max_sequence"},
		{"alphabet to and fro", "max_sequence 3 alphabet", password("abcbcb"), ""},
		{"Cyrillic", "max_sequence 3 alphabet", password("гдеж"), "max_sequence"},
		{"Greek", "max_sequence 3", password("αβγδ"), "max_sequence"},
		{"digits", "max_sequence 3 digit", password("4567"), "max_sequence"},
		{"digits past nine", "max_sequence 3 digit", password("8901"), "max_sequence"},
		{"digits backwards", "max_sequence 3 digit", password("3210"), "max_sequence"},
		{"digits in a jump", "max_sequence 3 digit", password("1357"), ""},
		{"digits don't count as alphabet", "max_sequence 3 alphabet", password("12345"), ""},
		{"keyboard row", "max_sequence 3 keyboard", password("qwer"), "max_sequence"},
		{"keyboard row with shift", "max_sequence 3 keyboard", password("!@#$"), "max_sequence"},
		{"keyboard row backwards", "max_sequence 3 keyboard", password("lkjh"), "max_sequence"},
		{"keyboard downwards", "max_sequence 3 keyboard", password("1qaz"), "max_sequence"},
		{"keyboard upwards to the right", "max_sequence 3 keyboard", password("zse4"), "max_sequence"},
		{"round a corner", "max_sequence 3 keyboard", password("qwasz"), ""},
		{"German row", "max_sequence 3 qwertz", password("tzui"), "max_sequence"},
		{"which the American layout doesn't have", "max_sequence 3 qwerty", password("rtzui"), ""},
		{"German umlauts", "max_sequence 3 qwertz", password("KLÖÄ"), "max_sequence"},
		{"French row", "max_sequence 3 azerty", password("azer"), "max_sequence"},
		{"French digits without shift", "max_sequence 3 azerty", password(`&é"'`), "max_sequence"},
		{"every kind when none is named", "max_sequence 3", password("poiu"), "max_sequence"},
		{"nothing of the kind", "max_sequence 3", password("lantern-quiz-harbour"), ""},
	})
}

func TestKeyboardsAreWhole(t *testing.T) {
	t.Parallel()
	for name, k := range keyboards {
		keys := make(map[key]int)
		for r := rune('!'); r < 0x250; r++ {
			if at := k.at(r); at.row != 0 {
				keys[at]++
			}
		}
		if len(keys) < 46 {
			t.Errorf("%s has %d keys, want a whole keyboard", name, len(keys))
		}
		for r := 'a'; r <= 'z'; r++ {
			if k.at(r).row == 0 || k.at(r) != k.at(r-'a'+'A') {
				t.Errorf("%s lacks the key of %q, or has its capital elsewhere", name, r)
			}
		}
	}
}
