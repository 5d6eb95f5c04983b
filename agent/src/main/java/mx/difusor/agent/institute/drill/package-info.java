/** A whole election day against an installation, the Institute's side included, in minutes. */
@NullMarked
package mx.difusor.agent.institute.drill;

import org.jspecify.annotations.NullMarked;
