// SPDX-License-Identifier: Apache-2.0

package strength

// keyboard knows which keys lie side by side.
type keyboard struct {
	key       [256]uint8 // the key of a character, from 1; 0: none
	shifted   [256]bool  // whether it takes the shift key
	direction [64][64]int8
	shifts    bool    // whether keys have a second character
	starts    float64 // characters a pattern may start with
	degree    float64 // neighbours of a character's key, on average
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

// jis is the Japanese keyboard of zxcvbn4j; zxcvbn doesn't know it.
var jis = newKeyboard(slanted, []row{
	{0, "1234567890-^¥", "!\"#$%&'()0=~|"},
	{0, "qwertyuiop@[", "QWERTYUIOP`{"},
	{0, "asdfghjkl;:]", "ASDFGHJKL+*}"},
	{0, "zxcvbnm,./", "ZXCVBNM<>?"},
})

// keyboards are searched in this order. zxcvbn prices the two number pads
// alike.
var keyboards = [...]struct{ layout, price *keyboard }{
	{qwerty, qwerty}, {dvorak, dvorak}, {jis, jis}, {keypad, keypad}, {macKeypad, keypad},
}

func newKeyboard(directions [][2]int, rows []row) *keyboard {
	k := &keyboard{}
	places := make(map[[2]int]uint8)
	for y, r := range rows {
		plain, shifted := []rune(r.plain), []rune(r.shifted)
		for x := range plain {
			number := uint8(len(places) + 1)
			places[[2]int{r.column + x, y}] = number
			if len(shifted) > 0 {
				k.shifts = true
				k.key[shifted[x]], k.shifted[shifted[x]] = number, true
			}
			k.key[plain[x]], k.shifted[plain[x]] = number, false
		}
	}
	neighbours := k.connect(places, directions)
	for _, number := range k.key {
		if number > 0 {
			k.starts++
			k.degree += neighbours[number]
		}
	}
	k.degree /= k.starts
	return k
}

// connect enters the directions and returns how many neighbours a key has.
func (k *keyboard) connect(places map[[2]int]uint8, directions [][2]int) (neighbours [64]float64) {
	for place, number := range places {
		for d, delta := range directions {
			if neighbour, ok := places[[2]int{place[0] + delta[0], place[1] + delta[1]}]; ok {
				k.direction[number][neighbour] = int8(d + 1)
				neighbours[number]++
			}
		}
	}
	return neighbours
}

// toward is the direction from one character's key to the other's, from 1;
// 0 if they aren't neighbours.
func (k *keyboard) toward(from, to uint16) int8 {
	if from >= 256 || to >= 256 {
		return 0
	}
	return k.direction[k.key[from]][k.key[to]]
}

func (k *keyboard) needsShift(u uint16) bool {
	return u < 256 && k.shifted[u]
}

// startsShifted is needsShift for a pattern's first character, which the
// references ask of an American keyboard whatever the layout.
func (k *keyboard) startsShifted(u uint16) bool {
	return k.shifts && qwerty.needsShift(u)
}
