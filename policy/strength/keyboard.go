// SPDX-License-Identifier: Apache-2.0

package strength

// keyboard knows which keys lie side by side.
type keyboard struct {
	key       [128]uint8 // the key of a character, from 1; 0: none
	shifted   [128]bool  // whether it takes the shift key
	direction [64][64]int8
	shifts    bool    // whether a shifted first character counts
	starts    float64 // characters a pattern may start with
	degree    float64 // neighbours of a key, on average
}

// row is a row of keys: the column of its first one, and what they type
// without and with shift.
type row struct {
	column         int
	plain, shifted string
}

// Neighbours are numbered clockwise. On a typewriter's keyboard each row is
// shifted half a key to the right, so a key has six; on a number pad eight.
var (
	slanted = [][2]int{{-1, 0}, {0, -1}, {1, -1}, {1, 0}, {0, 1}, {-1, 1}}
	aligned = [][2]int{{-1, 0}, {-1, -1}, {0, -1}, {1, -1}, {1, 0}, {1, 1}, {0, 1}, {-1, 1}}
)

var (
	qwerty = newKeyboard(slanted, []row{
		{0, "`1234567890-=", "~!@#$%^&*()_+"},
		{1, `qwertyuiop[]\`, "QWERTYUIOP{}|"},
		{1, "asdfghjkl;'", `ASDFGHJKL:"`},
		{1, "zxcvbnm,./", "ZXCVBNM<>?"},
	})
	dvorak = newKeyboard(slanted, []row{
		{0, "`1234567890[]", "~!@#$%^&*(){}"},
		{1, `',.pyfgcrl/=\`, `"<>PYFGCRL?+|`},
		{1, "aoeuidhtns-", "AOEUIDHTNS_"},
		{1, ";qjkxbmwvz", ":QJKXBMWVZ"},
	})
	keypad = newKeyboard(aligned, []row{
		{1, "/*-", ""}, {0, "789+", ""}, {0, "456", ""}, {0, "123", ""}, {1, "0.", ""},
	})
	macKeypad = newKeyboard(aligned, []row{
		{1, "=/*", ""}, {0, "789-", ""}, {0, "456+", ""}, {0, "123", ""}, {1, "0.", ""},
	})
)

// The references price every pattern by one keyboard and one number pad.
var keyboards = [...]struct{ layout, price *keyboard }{
	{qwerty, qwerty}, {dvorak, qwerty}, {keypad, keypad}, {macKeypad, keypad},
}

func newKeyboard(directions [][2]int, rows []row) *keyboard {
	k := &keyboard{}
	places := make(map[[2]int]uint8)
	for y, r := range rows {
		for x := range len(r.plain) {
			number := uint8(len(places) + 1)
			places[[2]int{r.column + x, y}] = number
			k.key[r.plain[x]] = number
			k.starts++
			if r.shifted != "" {
				k.key[r.shifted[x]], k.shifted[r.shifted[x]] = number, true
				k.shifts = true
				k.starts++
			}
		}
	}
	edges := 0
	for place, number := range places {
		for d, delta := range directions {
			if neighbour, ok := places[[2]int{place[0] + delta[0], place[1] + delta[1]}]; ok {
				k.direction[number][neighbour] = int8(d + 1)
				edges++
			}
		}
	}
	k.degree = float64(edges) / float64(len(places))
	return k
}

// toward is the direction from one character's key to the other's, from 1;
// 0 if they aren't neighbours.
func (k *keyboard) toward(from, to uint16) int8 {
	if from >= 128 || to >= 128 {
		return 0
	}
	return k.direction[k.key[from]][k.key[to]]
}

func (k *keyboard) needsShift(u uint16) bool {
	return u < 128 && k.shifted[u]
}
