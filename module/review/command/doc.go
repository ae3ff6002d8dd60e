// SPDX-License-Identifier: Apache-2.0

// Package command is the review on the command line: query, tail, stats,
// report, sample, rollout, anomalies and ack, to be put below one parent
// ("audit"). Commands only read the trail; ack writes to the log of reviews,
// and has the gateway put the review on the trail. Results go to standard output, progress and remarks to standard
// error.
package command
