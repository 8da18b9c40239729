// Translate
