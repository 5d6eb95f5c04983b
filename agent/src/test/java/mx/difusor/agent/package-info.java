/** Tests that look at the whole. */
@NullMarked
package mx.difusor.agent;

import org.jspecify.annotations.NullMarked;
