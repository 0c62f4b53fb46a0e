/** What is counted while the program works: plain numbers, which cost nanoseconds and are always there. */
package io.bactrian.measure;
