// SPDX-License-Identifier: Apache-2.0

package command

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/passgate/passgate/module/audit/ship"
)

// printCalls spells requests as the engines' consoles take them.
func printCalls(w io.Writer, calls []ship.Call) {
	for _, c := range calls {
		body, err := json.MarshalIndent(c.Body, "", "  ")
		if err != nil {
			fmt.Fprintln(w, "#", err)
			continue
		}
		fmt.Fprintf(w, "%s %s\n%s\n\n", c.Method, c.Path, body)
	}
}
