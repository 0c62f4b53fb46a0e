/**
 * Netty handlers that check connections and requests before a route sees them: limits of time, number and size,
 * validation, host check, authorization.
 */
package io.bactrian.gate;
