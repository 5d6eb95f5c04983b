/** Tests of this room. */
@NullMarked
package mx.difusor.agent.cli;

import org.jspecify.annotations.NullMarked;
