"""Archives: files, folders and lakes of paragraphs, tagged part by part.

`sources` lists the files of an input, `parts` cuts them, `readers` and `tables` make records of a part, `tagging` tags
one part, `writers` writes its rows, `journal` knows what is done, `run` does all of it and joins the parts. `stream`
is the way from standard input to standard output. `progress` tells how far it is, `command` is `themetag tag`.
"""
