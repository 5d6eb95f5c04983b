/** Main, wiring by plain constructors, start and stop, exit codes. */
@NullMarked
package mx.difusor.agent.app;

import org.jspecify.annotations.NullMarked;
