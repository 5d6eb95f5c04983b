/** What time brings: opening, lateness, alerts. */
@NullMarked
package mx.difusor.agent.watch;

import org.jspecify.annotations.NullMarked;
