"""Reports as figures: pure, made of codes, counts and ids; `render` makes words, pages and files of them."""
