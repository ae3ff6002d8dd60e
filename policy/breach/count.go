// SPDX-License-Identifier: Apache-2.0

package breach

import "math"

// Uncounted is the count of a password from a list without counts: often
// enough for any minimum.
const Uncounted = math.MaxUint32

// countCode puts a count into a byte, an eighth of an octave to the step: exact
// up to 16, within 9 % above.
func countCode(count uint32) byte {
	return byte(8 * math.Log2(float64(max(count, 1))))
}
