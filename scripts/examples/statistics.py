# Put the cursor at the end of a line and press Alt+\, or select some lines and choose "Denoise Selection" from their menu.
def mean(values):
    total = sum(values)
    return total / len(values)


def variance(values):
    middle = mean(values)
    return 


print(variance([1, 2, 3, 4]))
