// SPDX-License-Identifier: Apache-2.0

// Package anomaly finds what looks like an attack or a mistake. There are few
// kinds, each can be explained in a sentence, and each finding names the
// records it rests on, so that a person can look and decide. What the
// thresholds let pass is not proven harmless.
package anomaly
