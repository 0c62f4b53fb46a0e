/** What a connection meets before a route hears of it: netty's handlers for limits of time, number and size. */
package io.bactrian.gate;
