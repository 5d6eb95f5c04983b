/** The agent beside what a sysadmin would use otherwise, as real processes, in one run; see {@code docs/performance.md}. */
@NullMarked
package mx.difusor.agent.speed;

import org.jspecify.annotations.NullMarked;
