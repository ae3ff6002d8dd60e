// SPDX-License-Identifier: Apache-2.0

package review

// dict numbers the values of a column. Number 0 is the empty value.
type dict struct {
	numbers map[string]uint32
	values  []string
}

func newDict() *dict {
	return &dict{numbers: map[string]uint32{"": 0}, values: []string{""}}
}

func (d *dict) number(value []byte) uint32 {
	if n, ok := d.numbers[string(value)]; ok {
		return n
	}
	return d.add(string(value))
}

func (d *dict) add(value string) uint32 {
	if n, ok := d.numbers[value]; ok {
		return n
	}
	n := uint32(len(d.values))
	d.numbers[value] = n
	d.values = append(d.values, value)
	return n
}
