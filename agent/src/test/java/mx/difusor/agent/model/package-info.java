@NullMarked
package mx.difusor.agent.model;

import org.jspecify.annotations.NullMarked;
