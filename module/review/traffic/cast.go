// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"fmt"
	"math/rand/v2"
)

// cast is who appears.
type cast struct {
	staff   []person
	desk    []person // the help desk: resets other people's passwords
	admins  []person // run the clusters
	robots  []person // automation with an account of its own
	devices []string // accounts that automation keeps
}

type person struct{ name, ip, agent string }

var firstNames = []string{
	"ada", "amir", "anna", "bilal", "carmen", "chloé", "daniel", "dilara", "emma", "erik", "fatima", "finn", "grace",
	"hannah", "ines", "ivan", "jakob", "jürgen", "kenji", "lara", "léa", "marta", "mei", "mohamed", "nadia", "noah",
	"olga", "oscar", "paula", "priya", "quentin", "rosa", "samuel", "sofía", "søren", "tariq", "ursula", "victor", "wanda", "zoë",
}

var lastNames = []string{
	"abbas", "ahmadi", "bauer", "becker", "castillo", "chen", "dubois", "eriksen", "fischer", "garcía", "haddad",
	"hansen", "ito", "jansen", "kaya", "klein", "kowalski", "lang", "lópez", "meyer", "moreau", "müller", "nguyen",
	"novák", "okafor", "olsen", "petrov", "quispe", "rossi", "santos", "schmidt", "silva", "tanaka", "vogel", "wójcik", "yılmaz",
}

var browsers = []string{
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15",
	"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
}

var tools = []string{"curl/8.14.1", "elasticsearch-py/9.2.0 (Python/3.13.1; elastic-transport/9.1.0)", "opensearch-py/3.1.0 (Python 3.12.4)"}

func newCast(rng *rand.Rand, people int) cast {
	var c cast
	for i := range people {
		first, last := firstNames[i%len(firstNames)], lastNames[(i*7+i/len(firstNames))%len(lastNames)]
		p := person{name: first + "." + last, ip: fmt.Sprintf("10.20.%d.%d", 1+i/200, 10+i%200), agent: browsers[rng.IntN(len(browsers))]}
		if i >= len(firstNames)*len(lastNames) {
			p.name = fmt.Sprintf("%s%d", p.name, i)
		}
		if rng.IntN(6) == 0 {
			p.agent = tools[rng.IntN(len(tools))]
		}
		c.staff = append(c.staff, p)
	}
	for i, name := range []string{"desk.birgit", "desk.omar", "desk.teresa"} {
		c.desk = append(c.desk, person{name, fmt.Sprintf("10.20.250.%d", 11+i), browsers[i]})
	}
	for i, name := range []string{"ops.lindqvist", "ops.marchetti", "ops.rao", "elastic", "admin"} {
		c.admins = append(c.admins, person{name, fmt.Sprintf("10.30.1.%d", 21+i), tools[i%len(tools)]})
	}
	c.robots = []person{
		{"svc-terraform", "10.40.0.5", "Terraform/1.13 terraform-provider-elasticstack/0.12"},
		{"svc-ansible", "10.40.0.6", "ansible-httpget"},
		{"svc-ci", "10.40.0.9", "Go-http-client/1.1"},
	}
	for _, system := range []string{"billing", "logstash", "metrics", "search", "shop", "warehouse"} {
		for i := range 10 {
			c.devices = append(c.devices, fmt.Sprintf("svc-%s-%02d", system, i+1))
		}
	}
	return c
}

func one[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }
