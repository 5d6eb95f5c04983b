/** The order of steps, readable in one method. */
@NullMarked
package mx.difusor.agent.desk;

import org.jspecify.annotations.NullMarked;
