// SPDX-License-Identifier: Apache-2.0

package strength

// widestStep is the largest distance between neighbours in a sequence: 9753 is
// one, and so is an alphabet other than the Latin one.
const widestStep = 5

// findSequences finds runs with a constant distance between code units. Two
// units make a run only if they are next to each other in the alphabet. A
// distance of 0 counts, as in zxcvbn4j: some repeats are cheaper like that.
func (s *scan) findSequences() {
	if len(s.units) < 2 {
		return
	}
	start, step := 0, int(s.units[1])-int(s.units[0])
	for k := 2; k < len(s.units); k++ {
		if next := int(s.units[k]) - int(s.units[k-1]); next != step {
			s.addSequence(start, k-1, step)
			start, step = k-1, next
		}
	}
	s.addSequence(start, len(s.units)-1, step)
}

func (s *scan) addSequence(i, j, step int) {
	wide := max(step, -step)
	if wide > widestStep || j-i <= 1 && wide != 1 {
		return
	}
	guesses := sequenceStarts(s.units[i])
	if step <= 0 {
		guesses *= 2 // ascending ones are tried first
	}
	m := match{kind: sequence, i: i, j: j, guesses: guesses * float64(j-i+1)}
	if step == 0 {
		m.kind, m.single = repeated, true // what it looks like to the user
	}
	s.add(m)
}

// sequenceStarts is how many first units an attacker tries before this one.
func sequenceStarts(first uint16) float64 {
	switch {
	case first == 'a', first == 'A', first == 'z', first == 'Z', first == '0', first == '1', first == '9':
		return 4
	case isDigit(first):
		return 10
	}
	return 26
}
