// SPDX-License-Identifier: Apache-2.0

package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/passgate/passgate/policy/strength"
)

func estimates(samples []sample, year int) []answer {
	strength.Preload()
	all := make([]answer, len(samples))
	start, exhausted := time.Now(), 0
	for i, s := range samples {
		r := strength.Estimator{Year: year}.Estimate(s.password, s.inputs)
		all[i] = answer{r.Score, r.Guesses, r.SimilarToInput, append([]string{r.Feedback.Warning}, r.Feedback.Suggestions...)}
		if r.Exhausted {
			exhausted++
		}
	}
	fmt.Printf("%d passwords, %v each, %d exhausted\n", len(samples), time.Since(start)/time.Duration(len(samples)), exhausted)
	return all
}

// tally counts agreements.
type tally struct{ all, score, guesses, similar, feedback int }

func (t *tally) add(ours, theirs answer) {
	t.all++
	if ours.score == theirs.score {
		t.score++
	}
	if math.Abs(ours.guesses/theirs.guesses-1) < 0.01 {
		t.guesses++
	}
	if ours.similar == theirs.similar {
		t.similar++
	}
	if sameFeedback(ours.feedback, theirs.feedback) {
		t.feedback++
	}
}

func (t tally) String() string {
	percent := func(n int) float64 { return 100 * float64(n) / float64(t.all) }
	return fmt.Sprintf("%d | %.2f | %.2f | %.2f | %.2f", t.all, percent(t.score), percent(t.guesses), percent(t.similar), percent(t.feedback))
}

// trial is the corpus with everybody's answers.
type trial struct {
	samples []sample
	ours    []answer
	theirs  [total][]answer
}

// compare prints the agreement with one reference, by category, and why the
// scores differ where they do.
func (t *trial) compare(name string, with int) {
	var sum tally
	by, causes := make(map[string]*tally), make(map[string]int)
	var unexplained []string
	for i, s := range t.samples {
		ours, theirs := t.ours[i], t.theirs[with][i]
		if by[s.category] == nil {
			by[s.category] = new(tally)
		}
		by[s.category].add(ours, theirs)
		sum.add(ours, theirs)
		if ours.score == theirs.score {
			continue
		}
		cause := t.cause(with, i)
		causes[cause]++
		if cause == "unexplained" {
			unexplained = append(unexplained, fmt.Sprintf("%q %q: ours %d %g, theirs %d %g", s.password, s.inputs,
				ours.score, ours.guesses, theirs.score, theirs.guesses))
		}
	}
	fmt.Printf("\n| %s | passwords | same score %% | guesses within 1 %% | same similar %% | same feedback %% |\n", name)
	fmt.Println("|---|---|---|---|---|---|")
	for _, c := range categories() {
		fmt.Printf("| %s | %v |\n", c.name, by[c.name])
	}
	fmt.Printf("| **all** | %v |\n\n", sum)
	for _, cause := range slices.Sorted(maps.Keys(causes)) {
		fmt.Printf("%d scores differ: %s\n", causes[cause], cause)
	}
	fmt.Println(strings.Join(unexplained, "\n"))
	if with == forJava {
		t.compareVerdicts()
	}
}

// compareVerdicts counts, for each minimum score OpenSearch can be set to, the
// passwords only one side refuses as weak or as similar to the user name.
func (t *trial) compareVerdicts() {
	for minimum := strength.Fair; minimum <= strength.VeryStrong; minimum++ {
		here, there := 0, 0
		for i := range t.samples {
			ours, theirs := t.ours[i].refusedBelow(minimum), t.theirs[forJava][i].refusedBelow(minimum)
			if ours && !theirs {
				here++
			}
			if theirs && !ours {
				there++
				fmt.Printf("refused only there: %q %q\n", t.samples[i].password, t.samples[i].inputs)
			}
		}
		fmt.Printf("minimum %s: %d refused only here, %d only by OpenSearch\n", strength.Name(minimum), here, there)
	}
}

func (a answer) refusedBelow(minimum int) bool { return a.score < minimum || a.similar }

// sameFeedback compares meanings: the words are our own.
func sameFeedback(ours, theirs []string) bool {
	if len(ours) != len(theirs) {
		return false
	}
	for i := range ours {
		if meaning[strings.TrimSuffix(theirs[i], ".")] != ours[i] {
			return false
		}
	}
	return true
}

// write records every fifth password with the answers of the main references.
func (t *trial) write(path string, year int) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	zip, _ := gzip.NewWriterLevel(file, gzip.BestCompression) // the level is valid
	fmt.Fprintln(zip, year)
	for i := 0; i < len(t.samples); i += 5 {
		line := encode(t.samples[i])
		for _, reference := range []int{original, originalYears, forJava} {
			a := t.theirs[reference][i]
			line += fmt.Sprintf("\t%d %g %v", a.score, a.guesses, a.similar)
		}
		fmt.Fprintln(zip, line)
	}
	return errors.Join(zip.Close(), file.Close())
}
