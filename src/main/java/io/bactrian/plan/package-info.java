/**
 * What is compared and sent next: the paths that wait, the batches and uploads that a comparison leads to, within a memory
 * budget, and a forecast of the removals.
 */
package io.bactrian.plan;
