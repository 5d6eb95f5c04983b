/** The agent as it is wired, without its endpoints. */
@NullMarked
package mx.difusor.agent.app;

import org.jspecify.annotations.NullMarked;
