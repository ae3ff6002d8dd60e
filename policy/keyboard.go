// SPDX-License-Identifier: Apache-2.0

package policy

import "unicode/utf8"

// keyboard knows where a layout's characters are. Rows are slanted: each key
// touches one on its left, one on its right, two above and two below.
type keyboard struct {
	ascii  [0x80]key
	beyond map[rune]key
}

// key is a place: column and row, from 1; zero is no key.
type key struct{ column, row int8 }

// row lists a row's characters without and with shift, from its first column.
type row struct {
	column         int8
	plain, shifted string
}

var keyboards = map[string]*keyboard{
	"qwerty": newKeyboard([]row{
		{1, "`1234567890-=", "~!@#$%^&*()_+"},
		{2, `qwertyuiop[]\`, "QWERTYUIOP{}|"},
		{2, "asdfghjkl;'", `ASDFGHJKL:"`},
		{2, "zxcvbnm,./", "ZXCVBNM<>?"},
	}),
	"qwertz": newKeyboard([]row{
		{1, "^1234567890ß´", "°!\"§$%&/()=?`"},
		{2, "qwertzuiopü+", "QWERTZUIOPÜ*"},
		{2, "asdfghjklöä#", "ASDFGHJKLÖÄ'"},
		{1, "<yxcvbnm,.-", ">YXCVBNM;:_"},
	}),
	"azerty": newKeyboard([]row{
		{1, `²&é"'(-è_çà)=`, "~1234567890°+"},
		{2, "azertyuiop^$", "AZERTYUIOP¨£"},
		{2, "qsdfghjklmù*", "QSDFGHJKLM%µ"},
		{1, "<wxcvbn,;:!", ">WXCVBN?./§"},
	}),
}

func newKeyboard(rows []row) *keyboard {
	k := &keyboard{beyond: make(map[rune]key)}
	for y, r := range rows {
		for _, text := range []string{r.plain, r.shifted} {
			column := r.column
			for _, character := range text {
				k.put(character, key{column, int8(y + 1)})
				column++
			}
		}
	}
	return k
}

func (k *keyboard) put(r rune, at key) {
	if r < utf8.RuneSelf {
		k.ascii[r] = at
	} else {
		k.beyond[r] = at
	}
}

func (k *keyboard) at(r rune) key {
	if r < utf8.RuneSelf {
		return k.ascii[r]
	}
	return k.beyond[r]
}

// step is the direction from one character's key to a neighbouring one: a
// number for each of the six, 0 if the keys don't touch.
func (k *keyboard) step(from, to rune) int {
	a, b := k.at(from), k.at(to)
	if a.row == 0 || b.row == 0 {
		return 0
	}
	switch (key{b.column - a.column, b.row - a.row}) {
	case key{-1, 0}:
		return 1
	case key{1, 0}:
		return 2
	case key{0, -1}:
		return 3
	case key{1, -1}:
		return 4
	case key{0, 1}:
		return 5
	case key{-1, 1}:
		return 6
	}
	return 0
}
