// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/passgate/passgate/policy/breach"
)

// lookUp asks for passwords that are listed and for others: every answer must
// be right.
func lookUp(path string) error {
	set, err := breach.OpenSet(path)
	if err != nil {
		return err
	}
	defer set.Close()
	const listed, others = 3_000_000, 10_000_000
	missed, wrong := 0, 0
	start := time.Now()
	for range listed {
		found, err := set.Contains(password(rand.IntN(textKeys)), 0)
		if err != nil {
			return err
		}
		if !found {
			missed++
		}
	}
	each := time.Since(start) / listed
	for i := range others {
		found, err := set.Contains(password(textKeys+i), 0)
		if err != nil {
			return err
		}
		if found {
			wrong++
		}
	}
	fmt.Printf("%d listed passwords, %d missed, %v each; %d others, %d found wrongly\n", listed, missed, each, others, wrong)
	return nil
}
