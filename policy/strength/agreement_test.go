// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"bufio"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// vector is a password and what the references said about it, in the order
// zxcvbn 4.4.2, the same with years to 2029, zxcvbn4j 1.9.0.
type vector struct {
	password string
	inputs   []string
	answers  [3]struct {
		score   int
		guesses float64
		similar bool
	}
}

// readVectors reads what command agreement has recorded.
func readVectors(t testing.TB) (year int, vectors []vector) {
	t.Helper()
	file, err := os.Open("testdata/vectors.txt.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zip, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(zip)
	lines.Scan()
	if year, err = strconv.Atoi(lines.Text()); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		vectors = append(vectors, parseVector(t, lines.Text()))
	}
	if lines.Err() != nil || len(vectors) < 5000 {
		t.Fatalf("%d vectors, %v", len(vectors), lines.Err())
	}
	return year, vectors
}

func parseVector(t testing.TB, line string) (v vector) {
	t.Helper()
	fields := strings.Split(line, "\t")
	for i, text := range strings.Split(fields[0], " ") {
		decoded, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			v.password = string(decoded)
		} else {
			v.inputs = append(v.inputs, string(decoded))
		}
	}
	for i := range v.answers {
		a := &v.answers[i]
		if _, err := fmt.Sscan(fields[i+1], &a.score, &a.guesses, &a.similar); err != nil {
			t.Fatalf("%q: %v", fields[i+1], err)
		}
	}
	return v
}

// The vectors are a fifth of the corpus of AGREEMENT.md.
func TestAgreement(t *testing.T) {
	t.Parallel()
	year, vectors := readVectors(t)
	tests := []struct {
		reference string
		score     float64 // least share of equal scores
		guesses   float64 // of guesses within 1 %
	}{
		{"zxcvbn 4.4.2", 0.98, 0.95}, // the rest are years from 2020
		{"zxcvbn 4.4.2, years to 2029", 0.9965, 0.985},
		{"zxcvbn4j 1.9.0", 0.9965, 0.995},
	}
	for i, test := range tests {
		t.Run(test.reference, func(t *testing.T) {
			t.Parallel()
			score, guesses := 0.0, 0.0
			for _, v := range vectors {
				got, want := Estimator{year}.Estimate(v.password, v.inputs), v.answers[i]
				if got.Score == want.score {
					score++
				}
				if math.Abs(got.Guesses/want.guesses-1) < 0.01 {
					guesses++
				}
			}
			score, guesses = score/float64(len(vectors)), guesses/float64(len(vectors))
			if score < test.score || guesses < test.guesses {
				t.Errorf("equal scores %.4f, guesses %.4f; want %.4f, %.4f", score, guesses, test.score, test.guesses)
			}
		})
	}
}

// What passes here must not be refused by OpenSearch as weak or as similar to
// the user name, whatever minimum it is set to.
func TestNothingPassesThatOpenSearchRefuses(t *testing.T) {
	t.Parallel()
	year, vectors := readVectors(t)
	for _, v := range vectors {
		got, there := Estimator{year}.Estimate(v.password, v.inputs), v.answers[2]
		if got.Score > there.score || there.similar && !got.SimilarToInput {
			t.Errorf("%q %q: got %d, similar %v; there %d, %v", v.password, v.inputs,
				got.Score, got.SimilarToInput, there.score, there.similar)
		}
	}
}
